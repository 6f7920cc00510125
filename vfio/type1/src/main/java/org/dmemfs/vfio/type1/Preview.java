package org.dmemfs.vfio.type1;

import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.mm.AddressSpace;
import org.dmemfs.mm.MappableFile;
import org.dmemfs.mm.Task;
import org.dmemfs.mm.Vma;
import org.dmemfs.vfio.DmaNeeds;

/** Walks what a map would walk, and takes nothing. */
final class Preview {
    private static final int PAGE_SHIFT = PageSize.SIZE_4K.shift();
    private static final long NONE = -1;

    private final Surroundings surroundings;
    private final Task task;
    private final AddressSpace space;
    private final MapRequest request;
    private final Settings settings;
    private final HoldRule rule;
    private final EntryCounts counts = new EntryCounts();
    private long references;
    private long absentBytes;
    private long runAddress;
    private long runPhysicalAddress;
    private long runBytes;
    private long lastDpage = NONE;

    Preview(Surroundings surroundings, Task task, MapRequest request, Settings settings) {
        this.surroundings = surroundings;
        this.task = task;
        this.space = task.addressSpace();
        this.request = request;
        this.settings = settings;
        this.rule = HoldRule.of(surroundings, settings);
    }

    DmaNeeds needs(int mapsLeft) {
        AreaCheck areas = new AreaCheck(space, request, settings);
        long memlockBytes = areas.requireAll();
        long at = request.virtualAddress();
        while (at < request.virtualEnd()) {
            Vma vma = areas.requireAt(at);
            long end = Math.min(vma.end(), request.virtualEnd());
            at = AreaCheck.isBare(vma) ? bare(vma, at, end) : pages(at, end);
        }
        flush();
        return new DmaNeeds(counts.of(PageSize.SIZE_4K), counts.of(PageSize.SIZE_2M), counts.of(PageSize.SIZE_1G),
                references, absentBytes, memlockBytes, memlockLeft(), mapsLeft);
    }

    private long memlockLeft() {
        return settings.isMemlockUnlimited()
                ? Long.MAX_VALUE
                : Math.max(0, settings.memlockBytes() - surroundings.locked().of(task));
    }

    private long pages(long at, long end) {
        flush();
        counts.add(PageSize.SIZE_4K, end - at >> PAGE_SHIFT);
        lastDpage = NONE;
        return end;
    }

    private long bare(Vma vma, long at, long end) {
        PageSize level = space.mappingLevel(at);
        if (level != null) {
            long next = Math.min(end, (at | level.bytes() - 1) + 1);
            long pfn = followPfn(at);
            if (pfn != NONE) {
                present(at, pfn << PAGE_SHIFT, next - at);
                return next;
            }
        }
        PageSize dpageSize = vma.file().map(MappableFile::mappingAlignment).orElse(PageSize.SIZE_4K);
        long inFile = (vma.pageOffset() << PAGE_SHIFT) + at - vma.start();
        long inDpage = inFile & dpageSize.bytes() - 1;
        long next = Math.min(end, at + dpageSize.bytes() - inDpage);
        absent(at, inDpage, next - at);
        return next;
    }

    private long followPfn(long at) {
        try {
            return space.followPfn(at);
        } catch (ErrnoException gone) {
            return NONE;
        }
    }

    private void present(long at, long physicalAddress, long bytes) {
        if (runBytes == 0 || runPhysicalAddress + runBytes != physicalAddress) {
            flush();
            runAddress = at;
            runPhysicalAddress = physicalAddress;
        }
        runBytes += bytes;
        if (surroundings.pages().isDmem(physicalAddress >> PAGE_SHIFT)) {
            count(physicalAddress >> rule.dpageSize().shift(),
                    physicalAddress + bytes - 1 >> rule.dpageSize().shift(), bytes);
        }
    }

    /** A dpage of which only the place within it is known; neighbours may lie anywhere. */
    private void absent(long at, long inDpage, long bytes) {
        flush();
        counts.addRun(iova(at), inDpage, bytes);
        absentBytes += bytes;
        lastDpage = NONE;
        count(0, 0, bytes);
        lastDpage = NONE;
    }

    private void count(long firstDpage, long lastDpageOfRun, long bytes) {
        references += switch (rule.kind()) {
            case NONE -> 0;
            case PER_FRAME -> bytes >> PAGE_SHIFT;
            case PER_DPAGE -> lastDpageOfRun - firstDpage + (firstDpage == lastDpage ? 0 : 1);
        };
        lastDpage = lastDpageOfRun;
    }

    private void flush() {
        if (runBytes > 0) {
            counts.addRun(iova(runAddress), runPhysicalAddress, runBytes);
            runBytes = 0;
        }
    }

    private long iova(long virtualAddress) {
        return request.iova() + virtualAddress - request.virtualAddress();
    }
}
