package org.dmemfs.schemes.hugepfnmap;

import org.dmemfs.schemes.kit.KitMachine;
import org.dmemfs.schemes.kit.SchemeContract;
import org.dmemfs.schemes.kit.SchemeMachine;

class HugePfnmap612Test extends SchemeContract {
    @Override
    protected SchemeMachine boot() {
        return new KitMachine(on -> new HugePfnmap612(on.addressSpaces(), on.memory(), on.reservation()));
    }
}
