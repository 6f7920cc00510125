package org.dmemfs.schemes.hugetlb;

import org.dmemfs.schemes.kit.KitMachine;
import org.dmemfs.schemes.kit.SchemeContract;
import org.dmemfs.schemes.kit.SchemeMachine;

class Hugetlb510Test extends SchemeContract {
    @Override
    protected SchemeMachine boot() {
        return new KitMachine(on -> new Hugetlb510(on.addressSpaces(), on.frames(), on.memory(), on.reservation()));
    }
}
