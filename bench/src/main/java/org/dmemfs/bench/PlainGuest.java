package org.dmemfs.bench;

import java.lang.foreign.MemorySegment;
import java.util.Set;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.kvm.BootPageTables;
import org.dmemfs.linux.AddressWindow;
import org.dmemfs.linux.HostKvm;
import org.dmemfs.linux.HostMemory;
import org.dmemfs.linux.KvmExit;
import org.dmemfs.linux.KvmRegister;
import org.dmemfs.linux.KvmRegisters;
import org.dmemfs.linux.KvmSlotFlag;
import org.dmemfs.linux.KvmVcpu;
import org.dmemfs.linux.KvmVirtualMachine;
import org.dmemfs.linux.SharedMemory;

/** A guest of the host's KVM on a plain anonymous memory of the host, without anything of dmem: what a VMM does. */
final class PlainGuest implements AutoCloseable {
    private static final int BOOT_SLOT = 509;

    private final HostKvm kvm;
    private final HostMemory hostMemory;
    private final SharedMemory memory;
    private final SharedMemory bootMemory;
    private final AddressWindow boot;

    /** The memory is there, with the code at its start, and so are the page tables. */
    PlainGuest(HostKvm kvm, HostMemory hostMemory, long bytes, byte[] code) {
        this.kvm = kvm;
        this.hostMemory = hostMemory;
        this.memory = hostMemory.createPopulated("bench-plain", bytes);
        long mask = PageSize.SIZE_2M.bytes() - 1;
        long bootBytes = BootPageTables.bytes() + mask & ~mask;
        this.bootMemory = hostMemory.createSparse("bench-boot", bootBytes);
        this.boot = hostMemory.reserve(bootBytes, PageSize.SIZE_2M);
        boot.map(0, bootMemory, 0, bootBytes);
        BootPageTables.writeTo(boot.segment());
        try (AddressWindow window = window()) {
            MemorySegment.copy(MemorySegment.ofArray(code), 0, window.segment(), 0, code.length);
        }
    }

    private AddressWindow window() {
        AddressWindow window = hostMemory.reserve(memory.bytes(), PageSize.SIZE_1G);
        window.map(0, memory, 0, memory.bytes());
        return window;
    }

    /** One machine on the memory. */
    final class Machine implements AutoCloseable {
        private final AddressWindow window = window();
        private final KvmVirtualMachine machine = kvm.createVirtualMachine();
        private final KvmVcpu processor;

        Machine() {
            machine.setMemorySlot(BOOT_SLOT, BootPageTables.root(), boot, 0, boot.bytes(),
                    Set.of(KvmSlotFlag.READ_ONLY));
            machine.setMemorySlot(0, 0, window, 0, memory.bytes(), Set.of());
            processor = machine.createVcpu(0);
            processor.setRegisters(KvmRegisters.zero().with(KvmRegister.RIP, 0));
            processor.enterLongModeUser(BootPageTables.root(), BootPageTables.taskStateSegment());
        }

        /** Runs until the next OUT. */
        KvmExit run() {
            KvmExit exit = processor.run();
            if (!(exit instanceof KvmExit.Io)) {
                throw new IllegalStateException("the guest ended with " + exit);
            }
            return exit;
        }

        @Override
        public void close() {
            machine.close();
            window.close();
        }
    }

    Machine create() {
        return new Machine();
    }

    @Override
    public void close() {
        boot.close();
        bootMemory.close();
        memory.close();
    }
}
