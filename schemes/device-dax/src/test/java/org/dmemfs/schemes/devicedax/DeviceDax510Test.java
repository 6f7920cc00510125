package org.dmemfs.schemes.devicedax;

import org.dmemfs.schemes.kit.KitMachine;
import org.dmemfs.schemes.kit.SchemeContract;
import org.dmemfs.schemes.kit.SchemeMachine;

class DeviceDax510Test extends SchemeContract {
    @Override
    protected SchemeMachine boot() {
        return new KitMachine(on -> new DeviceDax510(on.addressSpaces(), on.systemCalls(), on.frames(), on.memory(),
                on.reservation()));
    }
}
