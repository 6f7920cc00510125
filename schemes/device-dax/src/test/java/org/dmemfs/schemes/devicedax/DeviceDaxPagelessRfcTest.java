package org.dmemfs.schemes.devicedax;

import org.dmemfs.schemes.kit.KitMachine;
import org.dmemfs.schemes.kit.SchemeContract;
import org.dmemfs.schemes.kit.SchemeMachine;

class DeviceDaxPagelessRfcTest extends SchemeContract {
    @Override
    protected SchemeMachine boot() {
        return new KitMachine(
                on -> new DeviceDaxPagelessRfc(on.addressSpaces(), on.systemCalls(), on.frames(), on.memory(),
                        on.reservation()));
    }
}
