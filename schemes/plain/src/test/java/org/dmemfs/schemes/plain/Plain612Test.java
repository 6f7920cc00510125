package org.dmemfs.schemes.plain;

import org.dmemfs.schemes.Scheme;
import org.dmemfs.schemes.kit.KitMachine;
import org.dmemfs.schemes.kit.SchemeContract;

class Plain612Test extends SchemeContract {
    @Override
    protected Scheme scheme(KitMachine on) {
        return new Plain612(on.frames(), on.systemCalls(), on.reservation());
    }
}
