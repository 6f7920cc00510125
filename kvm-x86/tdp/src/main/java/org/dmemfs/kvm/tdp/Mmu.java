package org.dmemfs.kvm.tdp;

import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.kvm.Exit;
import org.dmemfs.kvm.FrameLookup;
import org.dmemfs.kvm.GuestFrame;
import org.dmemfs.kvm.MappedEntries;
import org.dmemfs.kvm.MemorySlot;
import org.dmemfs.kvm.MemorySlots;
import org.dmemfs.mm.AddressSpace;
import org.dmemfs.mm.MmuNotifier;
import org.jspecify.annotations.Nullable;

/** The memory of one machine: slots, second-level table, and the notifier that keeps it true to the address space. */
final class Mmu implements MmuNotifier {
    private static final long RETRY_NANOSECONDS = 1_000;

    private final FrameLookup lookup;
    private final MmioFrames mmioFrames;
    private final MappingSize mappingSize;
    private final Shootdown shootdown = new Shootdown();
    private final NotifierSequence sequence = new NotifierSequence();
    private final SecondLevelTable table = new SecondLevelTable();
    private final Runnable released;
    private MemorySlots slots = MemorySlots.none();
    private boolean closed;

    /** A translation that a processor may keep until the next shoot-down. */
    static final class Filled {
        long leaf;
        PageSize size = PageSize.SIZE_4K;
    }

    Mmu(AddressSpace addressSpace, MmioFrames mmioFrames, MappingSize mappingSize, Runnable released) {
        this.lookup = new FrameLookup(addressSpace);
        this.mmioFrames = mmioFrames;
        this.mappingSize = mappingSize;
        this.released = released;
    }

    Shootdown shootdown() {
        return shootdown;
    }

    /** Adds a slot that a check accepts; the check may ask the address space, so it is made without the mmu lock. */
    void addSlot(MemorySlot slot, Consumer<MemorySlot> check) {
        synchronized (this) {
            slots.with(slot);
        }
        check.accept(slot);
        synchronized (this) {
            slots = slots.with(slot);
        }
    }

    void deleteSlot(int number) {
        synchronized (this) {
            MemorySlot slot = slots.require(number);
            slots = slots.without(number);
            zap(slot.guestPhysicalAddress(), slot.guestPhysicalAddress() + slot.bytes());
        }
        shootdown.await();
    }

    synchronized List<MemorySlot> slots() {
        return slots.all();
    }

    synchronized MappedEntries entries() {
        return closed ? new MappedEntries(0, 0, 0) : table.entries();
    }

    /**
     * What a processor's walk of the second level finds, with the accessed and dirty bits that the walk sets.
     *
     * @return false where there is no entry that allows the access
     */
    synchronized boolean walk(long guestPhysicalAddress, boolean write, Filled filled) {
        if (closed) {
            return false;
        }
        long leaf = table.walk(guestPhysicalAddress);
        if (leaf == 0 || write && !SecondLevelEntry.writable(leaf)) {
            return false;
        }
        long bits = SecondLevelEntry.ACCESSED | (write ? SecondLevelEntry.DIRTY : 0);
        filled.size = table.leafSize();
        if ((leaf & bits) != bits) {
            table.mark(guestPhysicalAddress, bits);
        }
        filled.leaf = leaf | bits;
        return true;
    }

    /**
     * Answers a second-level fault: gfn to slot to host virtual address to frame to entry.
     *
     * @return why the processor cannot go on, or null where the access is to be repeated
     */
    @Nullable
    Exit resolve(long guestPhysicalAddress, boolean write) {
        while (true) {
            MemorySlot slot = slotAt(guestPhysicalAddress);
            if (slot == null || write && slot.readOnly()) {
                return new Exit.Mmio(guestPhysicalAddress, write);
            }
            long hostVirtualAddress = slot.hostVirtualAddress() + guestPhysicalAddress - slot.guestPhysicalAddress();
            long read = sequence.read();
            GuestFrame frame;
            try {
                frame = lookup.find(hostVirtualAddress, write);
            } catch (ErrnoException refused) {
                if (refused.errno() != Errno.EHWPOISON) {
                    return new Exit.Fault(refused.errno() + ": " + refused.getMessage());
                }
                Exit poison = lookup.machineCheck(hostVirtualAddress);
                if (poison == null) {
                    continue;
                }
                return poison;
            }
            if (install(slot, guestPhysicalAddress, frame, read)) {
                return null;
            }
            // the notifier that is under way needs the processor more
            LockSupport.parkNanos(RETRY_NANOSECONDS);
        }
    }

    /**
     * The processor met a bad frame: the thread that runs it meets it too, and its signal is the exit.
     *
     * @return the exit, or null where the bad page has been replaced meanwhile
     */
    @Nullable
    Exit poisoned(long guestPhysicalAddress) {
        MemorySlot slot = slotAt(guestPhysicalAddress);
        return slot == null
                ? null
                : lookup.machineCheck(slot.hostVirtualAddress() + guestPhysicalAddress - slot.guestPhysicalAddress());
    }

    private synchronized @Nullable MemorySlot slotAt(long guestPhysicalAddress) {
        return slots.at(guestPhysicalAddress);
    }

    private synchronized boolean install(MemorySlot slot, long guestPhysicalAddress, GuestFrame frame, long read) {
        if (closed) {
            return true;
        }
        if (sequence.mustRetry(read) || !slot.equals(slots.at(guestPhysicalAddress))) {
            return false;
        }
        PageSize size = mappingSize.of(slot, guestPhysicalAddress, frame);
        long inPage = (guestPhysicalAddress & size.bytes() - 1) >> PageSize.SIZE_4K.shift();
        long first = frame.pfn() - inPage;
        table.map(guestPhysicalAddress, size, SecondLevelEntry.leaf(first, size,
                frame.writable() && !slot.readOnly(), mmioFrames.typeOf(frame.pfn())));
        return true;
    }

    @Override
    public void invalidateRangeStart(long start, long end) {
        synchronized (this) {
            sequence.begin();
            if (closed) {
                return;
            }
            for (MemorySlot slot : slots.all()) {
                long from = Math.max(start, slot.hostVirtualAddress());
                long to = Math.min(end, slot.hostVirtualAddress() + slot.bytes());
                if (from < to) {
                    long offset = slot.guestPhysicalAddress() - slot.hostVirtualAddress();
                    zap(from + offset, to + offset);
                }
            }
        }
        shootdown.await();
    }

    @Override
    public synchronized void invalidateRangeEnd(long start, long end) {
        sequence.end();
    }

    @Override
    public void released() {
        released.run();
    }

    /** Takes everything from the guest for good. */
    void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            table.close();
            shootdown.request();
        }
        shootdown.await();
    }

    private void zap(long start, long end) {
        if (!closed && table.zap(start, end)) {
            shootdown.request();
        }
    }
}
