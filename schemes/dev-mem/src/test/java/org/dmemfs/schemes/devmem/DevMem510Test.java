package org.dmemfs.schemes.devmem;

import org.dmemfs.schemes.kit.KitMachine;
import org.dmemfs.schemes.kit.SchemeContract;
import org.dmemfs.schemes.kit.SchemeMachine;

class DevMem510Test extends SchemeContract {
    @Override
    protected SchemeMachine boot() {
        return new KitMachine(on -> new DevMem510(on.addressSpaces(), on.memory(), on.reservation()));
    }
}
