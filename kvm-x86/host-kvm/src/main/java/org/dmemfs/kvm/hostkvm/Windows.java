package org.dmemfs.kvm.hostkvm;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.kvm.Exit;
import org.dmemfs.kvm.FrameLookup;
import org.dmemfs.kvm.GuestFrame;
import org.dmemfs.kvm.MemorySlot;
import org.dmemfs.mm.AddressSpace;
import org.dmemfs.mm.MmuNotifier;
import org.dmemfs.mm.Vma;
import org.dmemfs.reserve.HostRange;
import org.dmemfs.reserve.PhysicalMemory;
import org.jspecify.annotations.Nullable;

/** The windows of one machine, kept true to its address space. */
final class Windows implements MmuNotifier {
    private static final int STEPS_A_RUN = 4096;
    private static final long RETRY_NANOSECONDS = 1_000;

    private enum Answer {
        MAPPED, NOTHING_NEW, RETRY
    }

    private final AddressSpace addressSpace;
    private final FrameLookup lookup;
    private final PhysicalMemory physicalMemory;
    private final Runnable released;
    private final Consumer<String> withdrawn;
    private final NotifierSequence sequence = new NotifierSequence();
    private final List<SlotWindow> windows = new ArrayList<>();

    Windows(AddressSpace addressSpace, PhysicalMemory physicalMemory, Runnable released,
            Consumer<String> withdrawn) {
        this.addressSpace = addressSpace;
        this.lookup = new FrameLookup(addressSpace);
        this.physicalMemory = physicalMemory;
        this.released = released;
        this.withdrawn = withdrawn;
    }

    FrameLookup lookup() {
        return lookup;
    }

    /** From now on the notifier knows the window. */
    synchronized void add(SlotWindow window) {
        windows.add(window);
    }

    synchronized void remove(SlotWindow window) {
        windows.remove(window);
    }

    /** The guest sees a window elsewhere. */
    synchronized void replace(SlotWindow old, SlotWindow moved) {
        windows.set(windows.indexOf(old), moved);
    }

    synchronized List<SlotWindow> all() {
        return List.copyOf(windows);
    }

    /** The window of the slot that a guest physical address falls into. */
    synchronized @Nullable SlotWindow at(long guestPhysicalAddress) {
        for (SlotWindow window : windows) {
            MemorySlot slot = window.slot();
            if (guestPhysicalAddress >= slot.guestPhysicalAddress()
                    && guestPhysicalAddress < slot.guestPhysicalAddress() + slot.bytes()) {
                return window;
            }
        }
        return null;
    }

    /** Whether a page of 4K is a slot's and not in its window. */
    synchronized boolean isMissing(long guestPhysicalAddress) {
        SlotWindow window = at(guestPhysicalAddress);
        return window != null
                && !window.isMapped(window.hostVirtualAddress(guestPhysicalAddress), PageSize.SIZE_4K.bytes());
    }

    /** Where a guest physical address lies in the task; itself where no slot has it. */
    long hostVirtualAddress(long guestPhysicalAddress) {
        SlotWindow window = at(guestPhysicalAddress);
        return window == null ? guestPhysicalAddress : window.hostVirtualAddress(guestPhysicalAddress);
    }

    /**
     * Looks a page of a slot up again and maps what its entry has.
     *
     * @return whether anything was missing and is there now
     * @throws ErrnoException EFAULT where there is no slot or no memory, EHWPOISON where the page is bad, else as
     *         {@link SlotWindow#map}
     */
    boolean refill(long guestPhysicalAddress) {
        SlotWindow window = at(guestPhysicalAddress);
        if (window == null) {
            throw new ErrnoException(Errno.EFAULT,
                    "no slot has guest physical address 0x%x".formatted(guestPhysicalAddress));
        }
        long address = window.hostVirtualAddress(guestPhysicalAddress);
        MemorySlot slot = window.slot();
        PageSize level = lookup.find(address, window.mayStore()).level();
        return fill(window, Math.max(address & -level.bytes(), slot.hostVirtualAddress()),
                Math.min((address | level.bytes() - 1) + 1, slot.hostVirtualAddress() + slot.bytes()));
    }

    /** Looks everything up again. */
    boolean refillAll() {
        boolean any = false;
        for (SlotWindow window : all()) {
            MemorySlot slot = window.slot();
            any |= fill(window, slot.hostVirtualAddress(), slot.hostVirtualAddress() + slot.bytes());
        }
        return any;
    }

    /**
     * The host's page that a page of a slot would lie in, where nothing but a bad frame in it keeps the guest from it. The
     * host maps it as a whole or not at all, so all of it is lost to the guest, as hugetlb's pages are to any task.
     *
     * @return the exit of a processor that came there, or null where something else is wrong
     */
    @Nullable
    Exit lostHostPage(long guestPhysicalAddress) {
        SlotWindow window = at(guestPhysicalAddress);
        if (window == null) {
            return null;
        }
        MemorySlot slot = window.slot();
        long address = window.hostVirtualAddress(guestPhysicalAddress);
        HostRange own = findFrame(window, address).range();
        if (own == null) {
            return null;
        }
        PageSize page = own.memory().backing();
        long start = address & -page.bytes();
        long origin = own.offsetBytes() - (address - start & -PageSize.SIZE_4K.bytes());
        if (origin % page.bytes() != 0 || start < slot.hostVirtualAddress()
                || start + page.bytes() > slot.hostVirtualAddress() + slot.bytes()) {
            return null;
        }
        OptionalLong bad = OptionalLong.empty();
        for (long at = start; at < start + page.bytes(); at += PageSize.SIZE_4K.bytes()) {
            FrameFound found = findFrame(window, at);
            if (found.bad()) {
                bad = OptionalLong.of(at);
            } else if (found.range() == null || !found.range().memory().equals(own.memory())
                    || found.range().offsetBytes() != origin + at - start) {
                return null;
            }
        }
        if (bad.isEmpty()) {
            return null;
        }
        Exit met = lookup.machineCheck(bad.getAsLong());
        return met instanceof Exit.Poison ? new Exit.Poison(start, page.shift()) : met;
    }

    /** Where a frame lies, or that it is bad; neither where there is none. */
    private record FrameFound(@Nullable HostRange range, boolean bad) {
    }

    private FrameFound findFrame(SlotWindow window, long hostVirtualAddress) {
        try {
            GuestFrame frame = lookup.find(hostVirtualAddress, window.mayStore());
            return new FrameFound(physicalMemory.hostRange(frame.pfn(), 1), false);
        } catch (ErrnoException absent) {
            return new FrameFound(null, absent.errno() == Errno.EHWPOISON);
        }
    }

    /**
     * Maps what the address space has of a range of a slot. Where it has nothing, the window stays closed: a guest that
     * comes there exits.
     *
     * @return whether anything was missing and is there now
     * @throws ErrnoException as {@link SlotWindow#map}
     */
    boolean fill(SlotWindow window, long start, long end) {
        boolean any = false;
        long at = start;
        while (at < end) {
            HostRun run = null;
            Answer answer = Answer.RETRY;
            while (answer == Answer.RETRY) {
                long read = sequence.read();
                run = findRun(window, at, end);
                answer = run == null ? Answer.NOTHING_NEW : install(window, run, read);
                if (answer == Answer.RETRY) {
                    // the notifier that is under way needs the processor more
                    LockSupport.parkNanos(RETRY_NANOSECONDS);
                }
            }
            any |= answer == Answer.MAPPED;
            at = run == null ? afterHole(at, end) : at + run.bytes();
        }
        return any;
    }

    private @Nullable HostRun findRun(SlotWindow window, long start, long end) {
        HostRun run = null;
        long at = start;
        for (int step = 0; at < end && step < STEPS_A_RUN; step++) {
            HostRange range = find(window, at, end);
            if (range == null || run != null && !run.continuesWith(range)) {
                break;
            }
            run = run == null ? HostRun.of(at, range) : run.plus(range);
            at += range.bytes();
        }
        return run;
    }

    private synchronized Answer install(SlotWindow window, HostRun run, long read) {
        if (!windows.contains(window)) {
            return Answer.NOTHING_NEW;
        }
        if (sequence.mustRetry(read)) {
            return Answer.RETRY;
        }
        return window.map(run) ? Answer.MAPPED : Answer.NOTHING_NEW;
    }

    private @Nullable HostRange find(SlotWindow window, long at, long end) {
        try {
            GuestFrame frame = lookup.find(at, window.mayStore());
            long entryEnd = (at | frame.level().bytes() - 1) + 1;
            return physicalMemory.hostRange(frame.pfn(),
                    Math.min(entryEnd, end) - at >> PageSize.SIZE_4K.shift());
        } catch (ErrnoException absent) {
            if (absent.errno() == Errno.ENODEV) {
                throw absent;
            }
            return null;
        }
    }

    /** A file has its memory in whole dpages, so nothing is to be found before the next. */
    private long afterHole(long at, long end) {
        Vma vma = addressSpace.findVma(at);
        PageSize step = vma == null
                ? PageSize.SIZE_4K
                : vma.file().map(file -> file.mappingAlignment()).orElse(PageSize.SIZE_4K);
        return Math.min(end, (at | step.bytes() - 1) + 1);
    }

    @Override
    public synchronized void invalidateRangeStart(long start, long end) {
        sequence.begin();
        for (SlotWindow window : windows) {
            window.revoke(start, end);
        }
    }

    @Override
    public synchronized void invalidateRangeEnd(long start, long end) {
        sequence.end();
    }

    @Override
    public void released() {
        synchronized (this) {
            for (SlotWindow window : windows) {
                window.revoke(0, Long.MAX_VALUE);
            }
        }
        released.run();
    }

    @Override
    public void withdrawn(long start, long end, String reason) {
        if (all().stream().map(SlotWindow::slot).anyMatch(slot -> slot.hostVirtualAddress() < end
                && slot.hostVirtualAddress() + slot.bytes() > start)) {
            withdrawn.accept(reason);
        }
    }

    /** Closes all. The host's machine has let go of them. */
    synchronized void close() {
        windows.forEach(SlotWindow::close);
        windows.clear();
    }
}
