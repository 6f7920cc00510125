package org.dmemfs.kvm.hostkvm;

import org.dmemfs.kvm.kit.Bench;
import org.dmemfs.kvm.kit.SlotContract;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;

/** Slots made of pages of 4K. */
class HostKvmSlotTest extends SlotContract {
    private @Nullable HostBench host;

    @Override
    protected Bench bench() {
        HostBench made = HostBench.sparse();
        host = made;
        return made.bench();
    }

    @AfterEach
    void giveBack() {
        if (host != null) {
            host.close();
        }
    }
}
