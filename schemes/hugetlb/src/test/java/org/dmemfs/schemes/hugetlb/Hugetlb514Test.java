package org.dmemfs.schemes.hugetlb;

import org.dmemfs.schemes.Scheme;
import org.dmemfs.schemes.kit.KitMachine;
import org.dmemfs.schemes.kit.SchemeContract;

class Hugetlb514Test extends SchemeContract {
    @Override
    protected Scheme scheme(KitMachine on) {
        return new Hugetlb514(on.addressSpaces(), on.frames(), on.memory(), on.reservation());
    }
}
