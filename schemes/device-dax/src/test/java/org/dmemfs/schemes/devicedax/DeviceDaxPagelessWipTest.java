package org.dmemfs.schemes.devicedax;

import org.dmemfs.schemes.kit.KitMachine;
import org.dmemfs.schemes.kit.SchemeContract;
import org.dmemfs.schemes.kit.SchemeMachine;

class DeviceDaxPagelessWipTest extends SchemeContract {
    @Override
    protected SchemeMachine boot() {
        return new KitMachine(
                on -> new DeviceDaxPagelessWip(on.addressSpaces(), on.systemCalls(), on.frames(), on.memory(),
                        on.reservation()));
    }
}
