package org.dmemfs.schemes.hugetlb;

import org.dmemfs.schemes.Scheme;
import org.dmemfs.schemes.kit.KitMachine;
import org.dmemfs.schemes.kit.SchemeContract;

class Hugetlb612Test extends SchemeContract {
    @Override
    protected Scheme scheme(KitMachine on) {
        return new Hugetlb612(on.addressSpaces(), on.frames(), on.memory(), on.reservation());
    }
}
