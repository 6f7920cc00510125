package org.dmemfs.schemes.devmem;

import org.dmemfs.schemes.Scheme;
import org.dmemfs.schemes.kit.KitMachine;
import org.dmemfs.schemes.kit.SchemeContract;

class DevMem60Test extends SchemeContract {
    @Override
    protected Scheme scheme(KitMachine on) {
        return new DevMem60(on.addressSpaces(), on.memory(), on.reservation());
    }
}
