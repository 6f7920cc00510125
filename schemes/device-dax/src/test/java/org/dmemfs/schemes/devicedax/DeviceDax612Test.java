package org.dmemfs.schemes.devicedax;

import org.dmemfs.schemes.Scheme;
import org.dmemfs.schemes.kit.KitMachine;
import org.dmemfs.schemes.kit.SchemeContract;

class DeviceDax612Test extends SchemeContract {
    @Override
    protected Scheme scheme(KitMachine on) {
        return new DeviceDax612(on.addressSpaces(), on.systemCalls(), on.frames(), on.memory(), on.reservation());
    }
}
