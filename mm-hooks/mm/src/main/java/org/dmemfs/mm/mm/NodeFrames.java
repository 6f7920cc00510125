package org.dmemfs.mm.mm;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The kernel's RAM of one node, in blocks of 2M: frames of 4K come from a block that is broken already, then from a whole one,
 * then from one that was never used. A block whose frames have all come back is whole again. Safe for any thread.
 */
final class NodeFrames {
    final int id;
    private final List<Run> runs = new ArrayList<>();
    private final BlockList broken = new BlockList();
    private final BlockList whole = new BlockList();
    private long inUse;

    NodeFrames(int id) {
        this.id = id;
    }

    void add(long startPfn, long endPfn) {
        runs.add(new Run(startPfn, endPfn));
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

    /** The first of 512 frames that are a page of 2M, or {@link KernelRam#NONE}. */
    synchronized long takeHuge() {
        FrameBlock block = whole.first;
        if (block == null) {
            block = fresh();
            while (block != null && !block.isWhole()) {
                broken.add(block);
                block = fresh();
            }
            if (block == null) {
                return KernelRam.NONE;
            }
        } else {
            whole.remove(block);
        }
        block.takeAll();
        inUse += FrameBlock.FRAMES;
        return block.firstPfn;
    }

    synchronized void give(long pfn) {
        Run run = runOf(pfn);
        FrameBlock block = run == null ? null : run.blocks[run.blockOf(pfn)];
        if (block == null) {
            throw new IllegalStateException("the frame 0x" + Long.toHexString(pfn) + " was never handed out");
        }
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
    }

    synchronized long inUse() {
        return inUse;
    }

    private @Nullable FrameBlock fresh() {
        for (Run run : runs.reversed()) {
            if (run.used < run.blocks.length) {
                return run.make(run.used++);
            }
        }
        return null;
    }

    private @Nullable Run runOf(long pfn) {
        for (Run run : runs) {
            if (pfn >= run.startPfn && pfn < run.endPfn) {
                return run;
            }
        }
        return null;
    }

    /** RAM without a hole; its blocks are made when they are first used, from the lowest. */
    private static final class Run {
        final long startPfn;
        final long endPfn;
        final @Nullable FrameBlock[] blocks;
        int used;

        Run(long startPfn, long endPfn) {
            this.startPfn = startPfn;
            this.endPfn = endPfn;
            blocks = new FrameBlock[(int) (blockNumber(endPfn - 1) - blockNumber(startPfn)) + 1];
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

        void add(FrameBlock block) {
            FrameBlock second = first;
            block.next = second;
            block.previous = null;
            if (second != null) {
                second.previous = block;
            }
            first = block;
        }

        void remove(FrameBlock block) {
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
