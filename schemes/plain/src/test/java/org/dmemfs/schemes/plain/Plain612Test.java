package org.dmemfs.schemes.plain;

import org.dmemfs.schemes.kit.KitMachine;
import org.dmemfs.schemes.kit.SchemeContract;
import org.dmemfs.schemes.kit.SchemeMachine;

class Plain612Test extends SchemeContract {
    @Override
    protected SchemeMachine boot() {
        return new KitMachine(on -> new Plain612(on.frames(), on.systemCalls(), on.reservation()));
    }
}
