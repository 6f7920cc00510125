package org.dmemfs.vfio.type1;

import java.util.List;
import java.util.function.Consumer;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.mm.AddressSpace;
import org.dmemfs.mm.VmFlag;
import org.dmemfs.mm.Vma;

/**
 * Finds the frames behind a map and holds them, run by run ({@code vfio_pin_map_dma}). Runs that go on in each other are
 * one, however many entries of the task's page table they come from; a run has frames of one kind. One thread, no lock.
 */
final class Pinning {
    /** As many as the kernel's page of pointers holds. */
    private static final long GUP_BATCH = 512;
    private static final int ATTEMPTS = 16;
    private static final int PAGE_SHIFT = PageSize.SIZE_4K.shift();

    private final Surroundings surroundings;
    private final AddressSpace space;
    private final MapRequest request;
    private final AreaCheck areas;
    private final DpageHold hold;
    private final Consumer<RunBuffer> sink;
    private final RunBuffer runs = new RunBuffer();
    private long references;
    private long iova;
    private long pfn;
    private long frames;
    private boolean bare;

    Pinning(Surroundings surroundings, AddressSpace space, MapRequest request, AreaCheck areas, DpageHold hold,
            Consumer<RunBuffer> sink) {
        this.surroundings = surroundings;
        this.space = space;
        this.request = request;
        this.areas = areas;
        this.hold = hold;
        this.sink = sink;
        this.iova = request.iova();
    }

    /** All of it. After a failure {@link #giveRest} is due, once what was installed has been given back. */
    void run() {
        long at = request.virtualAddress();
        while (at < request.virtualEnd()) {
            Vma vma = areas.requireAt(at);
            // The kernel tries gup first; check_vma_flags refuses exactly these before it walks.
            at = AreaCheck.isBare(vma)
                    ? follow(vma, at, Math.min(vma.end(), request.virtualEnd()))
                    : pin(at, Math.min(vma.end(), request.virtualEnd()));
        }
        closeRun();
        sink.accept(runs);
    }

    long references() {
        return references;
    }

    /** What was not installed any more. */
    void giveRest(Giving giving) {
        runs.drain((notInstalled, first, count) -> giving.give(first, count));
        if (frames > 0) {
            giving.give(pfn, frames);
            frames = 0;
        }
    }

    private long pin(long at, long end) {
        List<Long> pinned = space.getUserPages(at, Math.min(GUP_BATCH, end - at >> PAGE_SHIFT),
                request.deviceWrites());
        int taken = 0;
        try {
            for (long frame : pinned) {
                append(frame, 1, false);
                taken++;
            }
        } finally {
            if (taken < pinned.size()) {
                space.unpinUserPages(pinned.subList(taken, pinned.size()));
            }
        }
        return at + ((long) taken << PAGE_SHIFT);
    }

    private long follow(Vma vma, long at, long end) {
        if (!vma.has(VmFlag.PFNMAP)) {
            throw new ErrnoException(Errno.EFAULT, "the mapping at 0x%x has neither pages nor frames".formatted(at));
        }
        ErrnoException refused = null;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            PageSize level = space.mappingLevel(at);
            if (level == null) {
                space.fixupUserFault(at, request.deviceWrites());
                continue;
            }
            try {
                long next = tryFollow(at, end, level);
                if (next > at) {
                    return next;
                }
            } catch (ErrnoException gone) {
                if (gone.errno() != Errno.EINVAL) {
                    throw gone;
                }
                refused = gone;
            }
        }
        throw refused != null
                ? refused
                : new ErrnoException(Errno.EFAULT,
                        "the entry at 0x%x was taken away %d times while it was mapped".formatted(at, ATTEMPTS));
    }

    /** Follows one entry; answers the same address where the entry changed meanwhile. */
    private long tryFollow(long at, long end, PageSize level) {
        long found = space.followPfn(at);
        if (surroundings.addressSpaces().pfnValid(found)) {
            throw new ErrnoException(Errno.EFAULT,
                    "the bare frame 0x%x at 0x%x has a struct page: it cannot be held".formatted(found, at));
        }
        long next = Math.min(end, (at | level.bytes() - 1) + 1);
        long count = next - at >> PAGE_SHIFT;
        boolean dmem = surroundings.pages().isDmem(found);
        long taken = dmem ? hold.take(found, count) : 0;
        // As posted, a truncate between follow_pfn and get_dmem_pfn leaves the device with another owner's dpage. An
        // entry that is still there after the get shows that the file still had the dpage at the get.
        if (dmem && !isStill(at, found, level)) {
            hold.undo();
            return at;
        }
        try {
            append(found, count, true);
        } catch (RuntimeException refused) {
            if (dmem) {
                hold.undo();
            }
            throw refused;
        }
        references += taken;
        return next;
    }

    private boolean isStill(long at, long found, PageSize level) {
        try {
            return space.followPfn(at) == found && space.mappingLevel(at) == level;
        } catch (ErrnoException gone) {
            return false;
        }
    }

    private void append(long first, long count, boolean isBare) {
        if (frames > 0 && isBare == bare && first == pfn + frames
                && surroundings.pages().isDmem(first) == surroundings.pages().isDmem(pfn)) {
            frames += count;
            return;
        }
        closeRun();
        pfn = first;
        frames = count;
        bare = isBare;
    }

    private void closeRun() {
        if (frames > 0) {
            if (runs.isFull()) {
                sink.accept(runs);
            }
            runs.add(iova, pfn, frames);
            iova += frames << PAGE_SHIFT;
            frames = 0;
        }
    }
}
