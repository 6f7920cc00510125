package org.dmemfs.schemes.devicedax;

import org.dmemfs.schemes.Scheme;
import org.dmemfs.schemes.kit.KitMachine;
import org.dmemfs.schemes.kit.SchemeContract;

class DeviceDaxPagelessRfcTest extends SchemeContract {
    @Override
    protected Scheme scheme(KitMachine on) {
        return new DeviceDaxPagelessRfc(on.addressSpaces(), on.systemCalls(), on.frames(), on.memory(),
                on.reservation());
    }
}
