package org.dmemfs.linux.native_;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.linux.AddressWindow;
import org.dmemfs.linux.KvmSlotFlag;
import org.dmemfs.linux.KvmVcpu;
import org.dmemfs.linux.KvmVirtualMachine;

/** A virtual machine's descriptor, its slots and its processors. */
final class KvmMachine implements KvmVirtualMachine {
    private static final int DIRTY_LOG_BYTES = 16;
    private static final int DIRTY_LOG_BITMAP = 8;

    private final LibC libc;
    private final int descriptor;
    private final KvmLimits limits;
    private final MemorySlots slots = new MemorySlots();
    /** Held over every use of the descriptor, which is closed with it. */
    private final Object lock = new Object();
    private final List<KvmProcessor> processors = new ArrayList<>();
    private boolean closed;

    KvmMachine(LibC libc, int descriptor, KvmLimits limits) {
        this.libc = libc;
        this.descriptor = descriptor;
        this.limits = limits;
    }

    @Override
    public int slots() {
        return limits.slots();
    }

    @Override
    public void setMemorySlot(int slot, long guestPhysicalAddress, AddressWindow window, long windowOffset, long bytes,
            Set<KvmSlotFlag> flags) {
        if (slot < 0 || slot >= limits.slots()) {
            throw new ErrnoException(Errno.EINVAL,
                    "the memory slot " + slot + " is not one of 0 to " + (limits.slots() - 1));
        }
        if (!(window instanceof ReservedWindow reserved)) {
            throw new ErrnoException(Errno.EINVAL, "the window was not reserved by this host's HostMemory service");
        }
        Extent.check("the memory slot", windowOffset, bytes, "the window", reserved.bytes(), PageSize.SIZE_4K);
        Extent.aligned("the guest physical address", guestPhysicalAddress, PageSize.SIZE_4K);
        if (guestPhysicalAddress < 0 || guestPhysicalAddress > Long.MAX_VALUE - bytes) {
            throw new ErrnoException(Errno.EINVAL,
                    "the guest physical address 0x%x of %d bytes is beyond the end of guest memory"
                            .formatted(guestPhysicalAddress, bytes));
        }
        MemorySlot wanted = new MemorySlot(slot, guestPhysicalAddress, reserved, windowOffset, bytes, flags);
        synchronized (lock) {
            open();
            reserved.retainSlot();
            try (Arena arena = Arena.ofConfined()) {
                HostAnswer.check(
                        KvmRequest.SET_USER_MEMORY_REGION.call(libc, descriptor, wanted.region(arena).address()),
                        "KVM_SET_USER_MEMORY_REGION of slot %d, 0x%x bytes at guest physical address 0x%x"
                                .formatted(slot, bytes, guestPhysicalAddress));
            } catch (ErrnoException refused) {
                reserved.releaseSlot();
                throw refused;
            }
            slots.put(wanted);
        }
    }

    @Override
    public void deleteMemorySlot(int slot) {
        synchronized (lock) {
            open();
            slots.get(slot);
            try (Arena arena = Arena.ofConfined()) {
                HostAnswer.check(KvmRequest.SET_USER_MEMORY_REGION.call(libc, descriptor,
                        MemorySlot.deletion(slot, arena).address()), "the deletion of memory slot " + slot);
            }
            slots.remove(slot);
        }
    }

    @Override
    public long[] dirtyLog(int slot) {
        synchronized (lock) {
            open();
            MemorySlot logged = slots.get(slot);
            if (!logged.flags().contains(KvmSlotFlag.LOG_DIRTY_PAGES)) {
                throw new ErrnoException(Errno.ENOENT, "the memory slot " + slot + " does not log dirty pages");
            }
            long pages = logged.bytes() / PageSize.SIZE_4K.bytes();
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment bitmap = arena.allocate(JAVA_LONG, Math.ceilDiv(pages, Long.SIZE));
                MemorySegment log = arena.allocate(DIRTY_LOG_BYTES, Long.BYTES);
                log.set(JAVA_INT, 0, slot);
                log.set(JAVA_LONG, DIRTY_LOG_BITMAP, bitmap.address());
                HostAnswer.check(KvmRequest.GET_DIRTY_LOG.call(libc, descriptor, log.address()),
                        "KVM_GET_DIRTY_LOG of slot " + slot);
                return bitmap.toArray(JAVA_LONG);
            }
        }
    }

    @Override
    public KvmVcpu createVcpu(int id) {
        if (id < 0) {
            throw new ErrnoException(Errno.EINVAL, "the processor's number " + id + " is not 0 or more");
        }
        synchronized (lock) {
            open();
            int processor = (int) HostAnswer.check(KvmRequest.CREATE_VCPU.call(libc, descriptor, id),
                    "KVM_CREATE_VCPU " + id);
            KvmProcessor created = KvmProcessor.open(libc, slots, id, processor, limits.sharedBytes(), limits.cpuid());
            processors.add(created);
            return created;
        }
    }

    @Override
    public void close() {
        synchronized (lock) {
            if (closed) {
                return;
            }
            closed = true;
            processors.forEach(KvmProcessor::close);
            processors.clear();
            libc.close(descriptor);
            slots.clear();
        }
    }

    private void open() {
        if (closed) {
            throw new ErrnoException(Errno.ENODEV, "the virtual machine is closed");
        }
    }
}
