package org.dmemfs.schemes.hugepfnmap;

import org.dmemfs.schemes.Scheme;
import org.dmemfs.schemes.kit.KitMachine;
import org.dmemfs.schemes.kit.SchemeContract;

class HugePfnmap612Test extends SchemeContract {
    @Override
    protected Scheme scheme(KitMachine on) {
        return new HugePfnmap612(on.addressSpaces(), on.memory(), on.reservation());
    }
}
