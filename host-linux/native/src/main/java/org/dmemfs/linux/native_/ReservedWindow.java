package org.dmemfs.linux.native_;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.MemorySize;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.linux.AddressWindow;
import org.dmemfs.linux.MemoryKind;
import org.dmemfs.linux.SharedMemory;

/** Reserved address space, and what is mapped into it. */
final class ReservedWindow implements AddressWindow {
    private static final int PROT_NONE = 0;
    private static final int PROT_READ_WRITE = 3;
    private static final int MAP_SHARED = 0x01;
    private static final int MAP_PRIVATE = 0x02;
    private static final int MAP_FIXED = 0x10;
    private static final int MAP_ANONYMOUS = 0x20;
    private static final int MAP_NORESERVE = 0x4000;
    private static final int MAP_FIXED_NOREPLACE = 0x100000;
    private static final int NOTHING = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;

    private final LibC libc;
    private final MappingBudget budget;
    private final long base;
    private final long bytes;
    private final PageSize alignment;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment segment;
    private final MappedRanges mapped = new MappedRanges();
    /** Where a bad page is marked: each is a piece of its own to the host. */
    private final NavigableSet<Long> marked = new TreeSet<>();
    /** Guards every change of the address space and the fields below. */
    private final Object lock = new Object();
    private boolean closed;
    private boolean lost;
    private int slots;

    private ReservedWindow(LibC libc, MappingBudget budget, long base, long bytes, PageSize alignment) {
        this.libc = libc;
        this.budget = budget;
        this.base = base;
        this.bytes = bytes;
        this.alignment = alignment;
        this.segment = libc.segment(base, bytes, arena);
    }

    static ReservedWindow reserve(LibC libc, MappingBudget budget, long bytes, PageSize alignment) {
        Extent.size("the size of the window", bytes, alignment);
        budget.take();
        try {
            return new ReservedWindow(libc, budget, addressSpace(libc, bytes, alignment), bytes, alignment);
        } catch (ErrnoException refused) {
            budget.give(1);
            throw refused;
        }
    }

    private static long addressSpace(LibC libc, long bytes, PageSize alignment) {
        String call = "the reservation of " + MemorySize.format(bytes) + " of address space aligned to "
                + alignment.label();
        // mmap aligns to 4 KiB only: ask for one page more and give both ends back.
        long slack = alignment == PageSize.SIZE_4K ? 0 : alignment.bytes();
        if (bytes > Long.MAX_VALUE - slack) {
            throw new ErrnoException(Errno.ENOMEM, call + ": the address space ends at 128T");
        }
        long start = HostAnswer.check(libc.mmap(0, bytes + slack, PROT_NONE, NOTHING, -1, 0), call);
        long base = (start + slack) & -alignment.bytes();
        long end = start + bytes + slack;
        try {
            if (base > start) {
                HostAnswer.check(libc.munmap(start, base - start), call);
                start = base;
            }
            if (base + bytes < end) {
                HostAnswer.check(libc.munmap(base + bytes, end - base - bytes), call);
            }
        } catch (ErrnoException refused) {
            libc.munmap(start, end - start);
            throw refused;
        }
        return base;
    }

    @Override
    public MemorySegment segment() {
        return segment;
    }

    @Override
    public long bytes() {
        return bytes;
    }

    @Override
    public PageSize alignment() {
        return alignment;
    }

    @Override
    public void map(long windowOffset, SharedMemory memory, long memoryOffset, long length) {
        if (!(memory instanceof MemoryFile file)) {
            throw new ErrnoException(Errno.EINVAL, "the memory was not created by this host's HostMemory service");
        }
        PageSize backing = file.backing();
        if (backing.compareTo(alignment) > 0) {
            throw new ErrnoException(Errno.EINVAL, file + " cannot be mapped into a window aligned to "
                    + alignment.label() + "; accepted is a window aligned to " + backing.label() + " or more");
        }
        Extent.check("the mapping", windowOffset, length, "the window", bytes, backing);
        Extent.check("the piece", memoryOffset, length, "the memory", file.bytes(), backing);
        int reserve = file.kind() == MemoryKind.SPARSE ? MAP_NORESERVE : 0;
        synchronized (lock) {
            open();
            if (mapped.touches(windowOffset, windowOffset + length)) {
                throw new ErrnoException(Errno.EEXIST,
                        "part of the %d bytes at window offset 0x%x is mapped already; revoke it first"
                                .formatted(length, windowOffset));
            }
            budget.take();
            long answer;
            try {
                answer = file.mapAt(base + windowOffset, length, PROT_READ_WRITE, MAP_SHARED | MAP_FIXED | reserve,
                        memoryOffset);
            } catch (ErrnoException memoryClosed) {
                budget.give(1);
                throw memoryClosed;
            }
            if (answer < 0) {
                budget.give(1);
                keep(windowOffset, length);
                throw refused(answer, "the mapping of " + MemorySize.format(length) + " of " + file);
            }
            mapped.add(windowOffset, windowOffset + length, file, memoryOffset);
            try {
                for (long bad : file.mappedBy(this, memoryOffset, length)) {
                    mark(windowOffset + bad - memoryOffset, file);
                }
            } catch (ErrnoException unmarked) {
                unmap(windowOffset, length);
                throw unmarked;
            }
        }
    }

    /** Marks a page of a memory wherever it is mapped here. */
    void mark(MemoryFile file, long memoryOffset) {
        synchronized (lock) {
            if (!closed && !lost) {
                for (long place : mapped.placesOf(file, memoryOffset)) {
                    mark(place, file);
                }
            }
        }
    }

    private void mark(long windowOffset, MemoryFile file) {
        Userfault userfault = file.userfault();
        if (userfault != null) {
            if (!marked.contains(windowOffset)) {
                budget.take();
                marked.add(windowOffset);
            }
            userfault.mark(base + windowOffset, file.backing());
        }
    }

    @Override
    public void revoke(long windowOffset, long length) {
        Extent.check("the revoke", windowOffset, length, "the window", bytes, PageSize.SIZE_4K);
        synchronized (lock) {
            open();
            mapped.checkCuts(windowOffset, windowOffset + length);
            if (mapped.splits(windowOffset, windowOffset + length)) {
                budget.take();
            }
            unmap(windowOffset, length);
        }
    }

    private void unmap(long windowOffset, long length) {
        // Before the host's answer, so that nobody who asks in between touches what is about to go.
        budget.give(mapped.remove(windowOffset, windowOffset + length));
        NavigableSet<Long> gone = marked.subSet(windowOffset, true, windowOffset + length, false);
        budget.give(gone.size());
        gone.clear();
        long answer = libc.mmap(base + windowOffset, length, PROT_NONE, NOTHING | MAP_FIXED, -1, 0);
        if (answer < 0) {
            keep(windowOffset, length);
            throw refused(answer, "the revoke of " + MemorySize.format(length));
        }
    }

    @Override
    public boolean isMapped(long windowOffset, long length) {
        return length > 0 && windowOffset >= 0 && windowOffset <= bytes - length
                && mapped.covers(windowOffset, windowOffset + length);
    }

    @Override
    public void close() {
        synchronized (lock) {
            if (closed) {
                return;
            }
            if (slots > 0) {
                throw new ErrnoException(Errno.EBUSY, "the window of " + MemorySize.format(bytes) + " still holds "
                        + slots + " memory slots of virtual machines; delete them first");
            }
            try {
                arena.close();
            } catch (IllegalStateException used) {
                throw new ErrnoException(Errno.EBUSY,
                        "a thread is inside an operation on the window of " + MemorySize.format(bytes), used);
            }
            closed = true;
            budget.give(mapped.clear() + marked.size() + 1);
            if (!lost) {
                HostAnswer.check(libc.munmap(base, bytes), "munmap of the window of " + MemorySize.format(bytes));
            }
        }
    }

    /** A slot of a virtual machine begins to lie in the window, which stays open until {@link #releaseSlot}. */
    void retainSlot() {
        synchronized (lock) {
            open();
            slots++;
        }
    }

    void releaseSlot() {
        synchronized (lock) {
            slots--;
        }
    }

    /** The host virtual address of an offset, for the structures of the kernel alone. */
    long addressOf(long windowOffset) {
        return base + windowOffset;
    }

    /**
     * After a failed MAP_FIXED the range may be free address space, into which the JVM's own next mapping could fall and
     * be overwritten by ours. Puts the reservation back; where even that fails, the window maps and unmaps no more.
     */
    private void keep(long windowOffset, long length) {
        long answer = libc.mmap(base + windowOffset, length, PROT_NONE, NOTHING | MAP_FIXED_NOREPLACE, -1, 0);
        lost |= answer < 0 && !HostAnswer.is(answer, Errno.EEXIST);
    }

    private static ErrnoException refused(long answer, String call) {
        if (HostAnswer.is(answer, Errno.ENOMEM)) {
            return new ErrnoException(Errno.ENOMEM, call + ": the host has no mapping left for this process; "
                    + "vm.max_map_count says how many it may have");
        }
        return HostAnswer.failure(answer, call);
    }

    private void open() {
        if (closed) {
            throw new ErrnoException(Errno.ENODEV, "the window of " + MemorySize.format(bytes) + " is closed");
        }
        if (lost) {
            throw new ErrnoException(Errno.EIO,
                    "the window of " + MemorySize.format(bytes) + " lost part of its address space; close it");
        }
    }
}
