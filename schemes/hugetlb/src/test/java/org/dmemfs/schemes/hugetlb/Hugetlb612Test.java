package org.dmemfs.schemes.hugetlb;

import org.dmemfs.schemes.kit.KitMachine;
import org.dmemfs.schemes.kit.SchemeContract;
import org.dmemfs.schemes.kit.SchemeMachine;

class Hugetlb612Test extends SchemeContract {
    @Override
    protected SchemeMachine boot() {
        return new KitMachine(on -> new Hugetlb612(on.addressSpaces(), on.frames(), on.memory(), on.reservation()));
    }
}
