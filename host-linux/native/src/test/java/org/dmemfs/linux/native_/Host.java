package org.dmemfs.linux.native_;

import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.linux.HostMemory;
import org.junit.jupiter.api.Assumptions;

/** The facilities of the host that runs the tests; a test is skipped with a sentence where one is absent. */
final class Host {
    private Host() {
    }

    static HostMemory memory() {
        try {
            return MemorySelfTest.pass();
        } catch (ErrnoException absent) {
            return Assumptions.abort("no host memory facility: " + absent.getMessage());
        }
    }

    static KvmDevice kvm() {
        try {
            return KvmDevice.pass(KvmDevice.PATH);
        } catch (ErrnoException absent) {
            return Assumptions.abort("no host kvm facility: " + absent.getMessage());
        }
    }
}
