package org.dmemfs.mm.mm;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.reserve.WrittenMemory;
import org.jspecify.annotations.Nullable;

/**
 * The kernel's RAM of one node, in blocks of 2M: frames of 4K come from a block that is broken already, then from a whole one,
 * then from one that was never used. A block whose frames have all come back is whole again. Pages of 1G are cut from the top and
 * stay what they are. Safe for any thread.
 */
final class NodeFrames {
    private static final long GIGABYTE = PageSize.SIZE_1G.naturePages();
    private static final int BLOCKS_PER_GIGABYTE = (int) GIGABYTE / FrameBlock.FRAMES;

    final int id;
    private final WrittenMemory written;
    private final List<Run> runs = new ArrayList<>();
    private final BlockList broken = new BlockList();
    private final BlockList whole = new BlockList();
    private final Deque<Long> gigabytes = new ArrayDeque<>();
    private long frames;
    private long inUse;
    private long retired;

    NodeFrames(int id, WrittenMemory written) {
        this.id = id;
        this.written = written;
    }

    void add(long startPfn, long endPfn) {
        runs.add(new Run(startPfn, endPfn));
        frames += endPfn - startPfn;
    }

    boolean owns(long pfn) {
        return runOf(pfn) != null;
    }

    /** A frame, or {@link KernelRam#NONE}. */
    synchronized long take() {
        FrameBlock block = broken.first;
        if (block == null) {
            block = whole.first;
            if (block == null) {
                block = fresh();
                if (block == null) {
                    return KernelRam.NONE;
                }
            } else {
                whole.remove(block);
            }
            broken.add(block);
        }
        long pfn = block.take();
        if (block.freeCount() == 0) {
            broken.remove(block);
        }
        inUse++;
        return pfn;
    }

    /** The first frame of a page of 2M, or {@link KernelRam#NONE}. */
    long takeHuge() {
        long returned = takeReturned(PageSize.SIZE_2M);
        return returned == KernelRam.NONE ? cut(PageSize.SIZE_2M) : returned;
    }

    /** The first frame of a page of 2M or 1G that was used before, or {@link KernelRam#NONE}. */
    synchronized long takeReturned(PageSize size) {
        if (size == PageSize.SIZE_1G) {
            return gigabytes.isEmpty() ? KernelRam.NONE : taken(gigabytes.pop(), size);
        }
        FrameBlock block = whole.first;
        if (block == null) {
            return KernelRam.NONE;
        }
        whole.remove(block);
        block.takeAll();
        return taken(block.firstPfn, size);
    }

    /** The first frame of a page of 2M or 1G that nobody had yet, or {@link KernelRam#NONE}. */
    synchronized long cut(PageSize size) {
        if (size == PageSize.SIZE_1G) {
            for (Run run : runs.reversed()) {
                long first = run.cutGigabyte();
                if (first != KernelRam.NONE) {
                    // What alignment leaves above it goes with the small ones.
                    for (int above = run.blockOf(first) + BLOCKS_PER_GIGABYTE; above < run.limit; above++) {
                        list(make(run, above));
                    }
                    run.limit = run.blockOf(first);
                    written.mark(first << Entries.PTE_SHIFT, first + GIGABYTE << Entries.PTE_SHIFT);
                    return taken(first, size);
                }
            }
            return KernelRam.NONE;
        }
        for (FrameBlock block = fresh(); block != null; block = fresh()) {
            if (block.isWhole()) {
                block.takeAll();
                return taken(block.firstPfn, size);
            }
            broken.add(block);
        }
        return KernelRam.NONE;
    }

    private long taken(long firstPfn, PageSize size) {
        inUse += size.naturePages();
        return firstPfn;
    }

    private void list(FrameBlock block) {
        (block.isWhole() ? whole : broken).add(block);
    }

    /** Takes a page of 2M or 1G back as one. */
    synchronized void giveHuge(long pfn, PageSize size) {
        if (size == PageSize.SIZE_1G) {
            gigabytes.push(pfn);
        } else {
            FrameBlock block = blockOf(pfn);
            block.giveAll();
            whole.add(block);
        }
        inUse -= size.naturePages();
    }

    /** What could be taken in pages of a size. */
    synchronized long freeBytes(PageSize size) {
        long pages = switch (size) {
            case SIZE_4K -> frames - inUse - retired - gigabytes.size() * PageSize.SIZE_1G.naturePages();
            case SIZE_2M -> whole.count + runs.stream().mapToLong(Run::freshBlocks).sum();
            case SIZE_1G -> gigabytes.size() + runs.stream().mapToLong(Run::freshGigabytes).sum();
        };
        return pages * size.bytes();
    }

    synchronized void give(long pfn) {
        FrameBlock block = blockOf(pfn);
        boolean listed = block.freeCount() > 0;
        block.give(pfn);
        inUse--;
        if (block.isWhole()) {
            if (listed) {
                broken.remove(block);
            }
            whole.add(block);
        } else if (!listed) {
            broken.add(block);
        }
    }

    /** A frame that went bad while it was free: it is nobody's from now on. */
    synchronized void retire() {
        inUse--;
        retired++;
    }

    synchronized long inUse() {
        return inUse;
    }

    private @Nullable FrameBlock fresh() {
        for (Run run : runs.reversed()) {
            if (run.used < run.limit) {
                return make(run, run.used++);
            }
        }
        return null;
    }

    /** From now on it counts as used, for the memory manager after this one too. */
    private FrameBlock make(Run run, int index) {
        FrameBlock made = run.make(index);
        written.mark(made.firstPfn << Entries.PTE_SHIFT, made.firstPfn + FrameBlock.FRAMES << Entries.PTE_SHIFT);
        return made;
    }

    private FrameBlock blockOf(long pfn) {
        Run run = runOf(pfn);
        FrameBlock block = run == null ? null : run.blocks[run.blockOf(pfn)];
        if (block == null) {
            throw new IllegalStateException("the frame 0x" + Long.toHexString(pfn) + " was never handed out");
        }
        return block;
    }

    private @Nullable Run runOf(long pfn) {
        for (Run run : runs) {
            if (pfn >= run.startPfn && pfn < run.endPfn) {
                return run;
            }
        }
        return null;
    }

    /** RAM without a hole; its blocks are made when they are first used, from the lowest. Gigabytes are cut from its top. */
    private static final class Run {
        final long startPfn;
        final long endPfn;
        final @Nullable FrameBlock[] blocks;
        int used;
        /** The first block that belongs to a gigabyte that was cut. */
        int limit;

        Run(long startPfn, long endPfn) {
            this.startPfn = startPfn;
            this.endPfn = endPfn;
            blocks = new FrameBlock[(int) (blockNumber(endPfn - 1) - blockNumber(startPfn)) + 1];
            limit = blocks.length;
        }

        /** The first frame of the highest gigabyte of blocks that were never used; those above it are left to the caller. */
        long cutGigabyte() {
            long first = freshEnd() / GIGABYTE * GIGABYTE - GIGABYTE;
            return first >= startPfn && blockOf(first) >= used ? first : KernelRam.NONE;
        }

        /** One past the last frame that was never used. */
        private long freshEnd() {
            return Math.min(endPfn, (blockNumber(startPfn) + limit) * FrameBlock.FRAMES);
        }

        private long freshStart() {
            return Math.max(startPfn, (blockNumber(startPfn) + used) * FrameBlock.FRAMES);
        }

        long freshBlocks() {
            return fresh(FrameBlock.FRAMES);
        }

        long freshGigabytes() {
            return fresh(GIGABYTE);
        }

        private long fresh(long pageFrames) {
            return Math.max(0, freshEnd() / pageFrames - (freshStart() + pageFrames - 1) / pageFrames);
        }

        int blockOf(long pfn) {
            return (int) (blockNumber(pfn) - blockNumber(startPfn));
        }

        FrameBlock make(int index) {
            long first = (blockNumber(startPfn) + index) * FrameBlock.FRAMES;
            FrameBlock made = new FrameBlock(first, Math.max(first, startPfn),
                    Math.min(first + FrameBlock.FRAMES, endPfn));
            blocks[index] = made;
            return made;
        }

        private static long blockNumber(long pfn) {
            return pfn / FrameBlock.FRAMES;
        }
    }

    /** Blocks chained through themselves, the newest first. */
    private static final class BlockList {
        @Nullable
        FrameBlock first;
        long count;

        void add(FrameBlock block) {
            count++;
            FrameBlock second = first;
            block.next = second;
            block.previous = null;
            if (second != null) {
                second.previous = block;
            }
            first = block;
        }

        void remove(FrameBlock block) {
            count--;
            FrameBlock before = block.previous;
            FrameBlock after = block.next;
            if (before == null) {
                first = after;
            } else {
                before.next = after;
            }
            if (after != null) {
                after.previous = before;
            }
            block.previous = null;
            block.next = null;
        }
    }
}
