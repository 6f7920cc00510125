package org.dmemfs.kvm.hostkvm;

import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.kvm.MemorySlot;
import org.dmemfs.linux.AddressWindow;
import org.dmemfs.linux.HostMemory;
import org.dmemfs.linux.SharedMemory;

/**
 * The window of one slot. A byte keeps its place within 1 GiB from the model's address to the window's, so that pages of
 * every size fit. Guarded by the lock of the machine's windows.
 */
final class SlotWindow {
    private final MemorySlot slot;
    private final boolean storesRefused;
    private final AddressWindow window;
    private final long slack;
    /** The largest host page that was mapped: no smaller piece can be revoked. */
    private long unit = PageSize.SIZE_4K.bytes();
    private volatile boolean logsDirtyPages;

    SlotWindow(MemorySlot slot, boolean storesRefused, HostMemory hostMemory) {
        this.slot = slot;
        this.storesRefused = storesRefused;
        long mask = PageSize.SIZE_1G.bytes() - 1;
        this.slack = slot.hostVirtualAddress() & mask;
        this.window = hostMemory.reserve(slack + slot.bytes() + mask & ~mask, PageSize.SIZE_1G);
    }

    private SlotWindow(MemorySlot slot, SlotWindow other) {
        this.slot = slot;
        this.storesRefused = other.storesRefused;
        this.window = other.window;
        this.slack = other.slack;
        this.unit = other.unit;
        this.logsDirtyPages = other.logsDirtyPages;
    }

    /** The same window for the slot at another guest physical address. */
    SlotWindow at(MemorySlot moved) {
        return new SlotWindow(moved, this);
    }

    MemorySlot slot() {
        return slot;
    }

    boolean logsDirtyPages() {
        return logsDirtyPages;
    }

    void logDirtyPages(boolean log) {
        logsDirtyPages = log;
    }

    /** Whether the task itself may only read what the slot is made of. */
    boolean storesRefused() {
        return storesRefused;
    }

    AddressWindow window() {
        return window;
    }

    /** Where the slot's first byte lies in the window. */
    long start() {
        return slack;
    }

    /** Whether the guest may store to what is mapped. */
    boolean mayStore() {
        return !storesRefused && !slot.readOnly();
    }

    long hostVirtualAddress(long guestPhysicalAddress) {
        return slot.hostVirtualAddress() + guestPhysicalAddress - slot.guestPhysicalAddress();
    }

    boolean isMapped(long hostVirtualAddress, long bytes) {
        return window.isMapped(offset(hostVirtualAddress), bytes);
    }

    /**
     * Maps a run, and leaves out what is mapped already. A host page is mapped only as a whole, so all of it that lies
     * within the slot must be in the run: what the run does not have may be another owner's.
     *
     * @return whether anything was missing
     * @throws ErrnoException EINVAL where that leaves a part of the run out, ENOMEM where the host has no mapping left
     */
    boolean map(HostRun run) {
        SharedMemory memory = run.memory();
        long page = memory.backing().bytes();
        long end = run.hostVirtualAddress() + run.bytes();
        long first = offset(run.hostVirtualAddress());
        long last = offset(end);
        if ((first - run.memoryOffset()) % page != 0) {
            throw unlendable(run);
        }
        long from = run.hostVirtualAddress() == slot.hostVirtualAddress() ? first & -page : first + page - 1 & -page;
        long to = end == slot.hostVirtualAddress() + slot.bytes() ? last + page - 1 & -page : last & -page;
        boolean any = false;
        if (from < to) {
            unit = Math.max(unit, page);
            any = mapMissing(from, memory, run.memoryOffset() + from - first, to - from, page);
        }
        if (from > first || to < last) {
            throw unlendable(run);
        }
        return any;
    }

    private boolean mapMissing(long windowOffset, SharedMemory memory, long memoryOffset, long bytes, long page) {
        try {
            window.map(windowOffset, memory, memoryOffset, bytes);
            return true;
        } catch (ErrnoException refused) {
            if (refused.errno() != Errno.EEXIST) {
                throw refused;
            }
        }
        boolean any = false;
        for (long done = 0; done < bytes; done += page) {
            if (!window.isMapped(windowOffset + done, page)) {
                window.map(windowOffset + done, memory, memoryOffset + done, page);
                any = true;
            }
        }
        return any;
    }

    /** Takes every host page away that has a byte of the range. */
    void revoke(long start, long end) {
        long from = Math.max(start, slot.hostVirtualAddress());
        long to = Math.min(end, slot.hostVirtualAddress() + slot.bytes());
        if (from < to) {
            long first = offset(from) & -unit;
            window.revoke(first, (offset(to) + unit - 1 & -unit) - first);
        }
    }

    void close() {
        window.close();
    }

    private long offset(long hostVirtualAddress) {
        return slack + hostVirtualAddress - slot.hostVirtualAddress();
    }

    private ErrnoException unlendable(HostRun run) {
        return new ErrnoException(Errno.EINVAL,
                ("the frames at host virtual address 0x%x, 0x%x bytes, are not whole pages "
                        + "of %s, which is what the host's memory behind them is made of; a real guest needs dpages of at least "
                        + "that size, and none with a bad page")
                        .formatted(run.hostVirtualAddress(), run.bytes(), run.memory().backing().label()));
    }
}
