package org.dmemfs.schemes.plain;

import org.dmemfs.schemes.Scheme;
import org.dmemfs.schemes.kit.KitMachine;
import org.dmemfs.schemes.kit.SchemeContract;

class Plain510Test extends SchemeContract {
    @Override
    protected Scheme scheme(KitMachine on) {
        return new Plain510(on.frames(), on.systemCalls(), on.reservation());
    }
}
