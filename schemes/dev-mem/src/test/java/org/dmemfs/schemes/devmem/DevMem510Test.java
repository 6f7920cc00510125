package org.dmemfs.schemes.devmem;

import org.dmemfs.schemes.Scheme;
import org.dmemfs.schemes.kit.KitMachine;
import org.dmemfs.schemes.kit.SchemeContract;

class DevMem510Test extends SchemeContract {
    @Override
    protected Scheme scheme(KitMachine on) {
        return new DevMem510(on.addressSpaces(), on.memory(), on.reservation());
    }
}
