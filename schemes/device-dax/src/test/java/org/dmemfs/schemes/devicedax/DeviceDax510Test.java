package org.dmemfs.schemes.devicedax;

import org.dmemfs.schemes.Scheme;
import org.dmemfs.schemes.kit.KitMachine;
import org.dmemfs.schemes.kit.SchemeContract;

class DeviceDax510Test extends SchemeContract {
    @Override
    protected Scheme scheme(KitMachine on) {
        return new DeviceDax510(on.addressSpaces(), on.systemCalls(), on.frames(), on.memory(), on.reservation());
    }
}
