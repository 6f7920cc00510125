package org.dmemfs.kvm.tdp;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.LongFunction;
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
    private final Consumer<String> withdrawn;
    private final Map<Integer, DirtyBitmap> dirty = new HashMap<>();
    /** Replaced with the lock held, and read without: whoever acts on what it read looks again with the lock. */
    private volatile MemorySlots slots = MemorySlots.none();
    /** Whether any slot logs; as the slots. */
    private volatile boolean logging;
    private boolean closed;

    /** A translation that a processor may keep until the next shoot-down. */
    static final class Filled {
        /** 0 where nothing was found. */
        long leaf;
        PageSize size = PageSize.SIZE_4K;
        /** It is true for a processor that is in the guest and has seen this generation. */
        long generation;

        private void set(long found, PageSize pageSize, long shotDown) {
            leaf = found;
            size = pageSize;
            generation = shotDown;
        }
    }

    Mmu(AddressSpace addressSpace, MmioFrames mmioFrames, MappingSize mappingSize, Runnable released,
            Consumer<String> withdrawn) {
        this.lookup = new FrameLookup(addressSpace);
        this.mmioFrames = mmioFrames;
        this.mappingSize = mappingSize;
        this.released = released;
        this.withdrawn = withdrawn;
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
            dirty.remove(number);
            logging = !dirty.isEmpty();
            zap(slot.guestPhysicalAddress(), slot.guestPhysicalAddress() + slot.bytes());
        }
        shootdown.await();
    }

    void moveSlot(int number, long guestPhysicalAddress) {
        synchronized (this) {
            MemorySlot old = slots.require(number);
            slots = slots.moved(number, guestPhysicalAddress);
            zap(old.guestPhysicalAddress(), old.guestPhysicalAddress() + old.bytes());
            if (dirty.containsKey(number)) {
                dirty.put(number, new DirtyBitmap(guestPhysicalAddress, old.bytes()));
            }
        }
        shootdown.await();
    }

    void logDirtyPages(int number, boolean log) {
        synchronized (this) {
            MemorySlot slot = slots.require(number);
            long start = slot.guestPhysicalAddress();
            long end = start + slot.bytes();
            if (log && !dirty.containsKey(number)) {
                dirty.put(number, new DirtyBitmap(start, slot.bytes()));
                logging = true;
                table.writeProtect(start, end);
                shootdown.request();
            } else if (!log && dirty.remove(number) != null) {
                logging = !dirty.isEmpty();
                // what was split is mapped again at its full size when the guest next comes there
                zap(start, end);
            }
        }
        shootdown.await();
    }

    long[] dirtyLog(int number) {
        long[] taken;
        synchronized (this) {
            DirtyBitmap bitmap = dirty.get(number);
            if (bitmap == null) {
                throw new ErrnoException(Errno.ENOENT, "the slot " + number + " does not exist or does not log");
            }
            taken = bitmap.take();
            if (!closed) {
                for (int word = 0; word < taken.length; word++) {
                    for (long bits = taken[word]; bits != 0; bits &= bits - 1) {
                        table.writeProtect(bitmap.addressOf(word, Long.numberOfTrailingZeros(bits)));
                    }
                }
                shootdown.request();
            }
        }
        // a store through an old translation is over when this returns, and its page is in the answer
        shootdown.await();
        return taken;
    }

    List<MemorySlot> slots() {
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
        filled.set(leaf | bits, table.leafSize(), shootdown.generation());
        if ((leaf & bits) != bits) {
            table.mark(guestPhysicalAddress, bits);
        }
        return true;
    }

    /**
     * Answers a second-level fault: gfn to slot to host virtual address to frame to entry. What it put in place is in
     * {@code filled}, as a walk would find it.
     *
     * @return why the processor cannot go on, or null where the access is to be repeated
     */
    @Nullable
    Exit resolve(long guestPhysicalAddress, boolean write, Filled filled) {
        filled.leaf = 0;
        while (true) {
            MemorySlot slot = slots.at(guestPhysicalAddress);
            if (slot == null || write && slot.readOnly()) {
                return new Exit.Mmio(guestPhysicalAddress, write);
            }
            if (write && logging && unprotect(slot, guestPhysicalAddress)) {
                return null;
            }
            long hostVirtualAddress = slot.hostVirtualAddress() + guestPhysicalAddress - slot.guestPhysicalAddress();
            long read = sequence.read();
            GuestFrame frame;
            try {
                frame = lookup.find(hostVirtualAddress, write);
            } catch (ErrnoException refused) {
                if (refused.errno() == Errno.EFAULT && isOld(read)) {
                    // the entry may have gone between its fault and its lookup, with the page still there
                    LockSupport.parkNanos(RETRY_NANOSECONDS);
                    continue;
                }
                if (refused.errno() != Errno.EHWPOISON) {
                    return new Exit.Fault(refused.errno() + ": " + refused.getMessage());
                }
                Exit poison = lookup.machineCheck(hostVirtualAddress);
                if (poison == null) {
                    continue;
                }
                return poison;
            }
            if (install(slot, guestPhysicalAddress, frame, write, read, filled)) {
                return null;
            }
            // the notifier that is under way needs the processor more
            LockSupport.parkNanos(RETRY_NANOSECONDS);
        }
    }

    private synchronized boolean isOld(long read) {
        return sequence.mustRetry(read);
    }

    /**
     * Does something to the frame of a guest's page as the hypervisor itself, while no notifier can take it away.
     *
     * @throws ErrnoException EINVAL where no slot is; else as {@link FrameLookup#find}
     */
    <T> T onFrame(long guestPhysicalAddress, boolean write, LongFunction<T> action) {
        while (true) {
            MemorySlot slot = slots.at(guestPhysicalAddress);
            if (slot == null) {
                throw new ErrnoException(Errno.EINVAL,
                        "no slot has guest physical address 0x%x".formatted(guestPhysicalAddress));
            }
            long read = sequence.read();
            long pfn = lookup
                    .find(slot.hostVirtualAddress() + guestPhysicalAddress - slot.guestPhysicalAddress(), write).pfn();
            synchronized (this) {
                if (!sequence.mustRetry(read) && slot.equals(slots.at(guestPhysicalAddress))) {
                    DirtyBitmap log = dirty.get(slot.slot());
                    if (write && log != null) {
                        log.mark(guestPhysicalAddress);
                    }
                    return action.apply(pfn);
                }
            }
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
        MemorySlot slot = slots.at(guestPhysicalAddress);
        return slot == null
                ? null
                : lookup.machineCheck(slot.hostVirtualAddress() + guestPhysicalAddress - slot.guestPhysicalAddress());
    }

    private synchronized boolean install(MemorySlot slot, long guestPhysicalAddress, GuestFrame frame,
            boolean write, long read, Filled filled) {
        if (closed) {
            return true;
        }
        if (sequence.mustRetry(read) || !slot.equals(slots.at(guestPhysicalAddress))) {
            return false;
        }
        DirtyBitmap log = logging ? dirty.get(slot.slot()) : null;
        PageSize size = log == null ? mappingSize.of(slot, guestPhysicalAddress, frame) : PageSize.SIZE_4K;
        long inPage = (guestPhysicalAddress & size.bytes() - 1) >> PageSize.SIZE_4K.shift();
        long leaf = SecondLevelEntry.leaf(frame.pfn() - inPage, size, frame.writable() && !slot.readOnly(),
                mmioFrames.typeOf(frame.pfn()));
        // the access that is repeated next would set them, in a walk of its own
        leaf |= SecondLevelEntry.ACCESSED | (write ? SecondLevelEntry.DIRTY : 0);
        if (log != null && write) {
            log.mark(guestPhysicalAddress);
        } else if (log != null) {
            leaf = SecondLevelEntry.writeProtected(leaf);
        }
        table.map(guestPhysicalAddress, size, leaf);
        if (!write || SecondLevelEntry.writable(leaf)) {
            filled.set(leaf, size, shootdown.generation());
        }
        return true;
    }

    /**
     * A store to an entry that is only protected for the log needs nothing of the address space: it is made writable, at 4K,
     * and its page is marked.
     */
    private synchronized boolean unprotect(MemorySlot slot, long guestPhysicalAddress) {
        DirtyBitmap log = dirty.get(slot.slot());
        if (closed || log == null) {
            return false;
        }
        long leaf = table.walk(guestPhysicalAddress);
        if (leaf == 0 || !SecondLevelEntry.hostWritable(leaf)) {
            return false;
        }
        if (table.leafSize() != PageSize.SIZE_4K) {
            table.split(guestPhysicalAddress);
        }
        table.mark(guestPhysicalAddress, SecondLevelEntry.WRITE);
        log.mark(guestPhysicalAddress);
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

    @Override
    public void withdrawn(long start, long end, String reason) {
        if (slots.haveMemoryOf(start, end)) {
            withdrawn.accept(reason);
        }
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
