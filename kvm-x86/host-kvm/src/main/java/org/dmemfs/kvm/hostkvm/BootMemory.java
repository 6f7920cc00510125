package org.dmemfs.kvm.hostkvm;

import java.util.Set;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.kvm.BootPageTables;
import org.dmemfs.linux.AddressWindow;
import org.dmemfs.linux.HostMemory;
import org.dmemfs.linux.KvmSlotFlag;
import org.dmemfs.linux.KvmVirtualMachine;
import org.dmemfs.linux.SharedMemory;

/** The page tables that every guest starts with: one copy for all, that no guest can write to. */
final class BootMemory implements AutoCloseable {
    /** Behind the numbers that a machine's own slots can have. */
    private static final int SLOT = 509;

    private final AddressWindow window;
    private final long bytes;

    BootMemory(HostMemory hostMemory) {
        long mask = PageSize.SIZE_2M.bytes() - 1;
        bytes = BootPageTables.bytes() + mask & ~mask;
        window = hostMemory.reserve(bytes, PageSize.SIZE_2M);
        try (SharedMemory memory = hostMemory.createSparse("dmemfs-guest-boot", bytes)) {
            window.map(0, memory, 0, bytes);
        }
        BootPageTables.writeTo(window.segment());
    }

    void lendTo(KvmVirtualMachine machine) {
        machine.setMemorySlot(SLOT, BootPageTables.root(), window, 0, bytes, Set.of(KvmSlotFlag.READ_ONLY));
    }

    @Override
    public void close() {
        window.close();
    }
}
