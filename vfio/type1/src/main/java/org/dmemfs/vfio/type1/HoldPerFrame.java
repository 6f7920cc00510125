package org.dmemfs.vfio.type1;

import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.mm.Task;

/** As posted (12.2.18): one reference for each 4K frame of a map. An oops in the pool ends the task that mapped. */
final class HoldPerFrame implements DpageHold {
    private final HoldPerDpage carrier;
    private final PostedCounts posted;
    private final Task task;
    private final int shift;
    private long lastPfn;
    private long lastFrames;

    HoldPerFrame(HoldPerDpage carrier, PostedCounts posted, Task task, int framesShift) {
        this.carrier = carrier;
        this.posted = posted;
        this.task = task;
        this.shift = framesShift;
    }

    @Override
    public long take(long pfn, long frames) {
        try {
            carrier.take(pfn, frames);
            count(pfn, frames);
        } catch (ErrnoException refused) {
            if (refused.errno() == Errno.EFAULT) {
                task.close();
            }
            throw refused;
        }
        lastPfn = pfn;
        lastFrames = frames;
        return frames;
    }

    private void count(long pfn, long frames) {
        long counted = pfn;
        try {
            while (counted < pfn + frames) {
                long next = nextDpage(counted, pfn + frames);
                posted.add(firstFrame(counted), next - counted);
                counted = next;
            }
        } catch (ErrnoException overflow) {
            uncount(pfn, counted);
            carrier.undo();
            throw overflow;
        }
    }

    private void uncount(long pfn, long endPfn) {
        for (long frame = pfn; frame < endPfn; frame = nextDpage(frame, endPfn)) {
            posted.subtract(firstFrame(frame), nextDpage(frame, endPfn) - frame);
        }
    }

    @Override
    public void undo() {
        uncount(lastPfn, lastPfn + lastFrames);
        carrier.undo();
    }

    @Override
    public void give(long pfn, long frames) {
        uncount(pfn, pfn + frames);
        carrier.give(pfn, frames);
    }

    private long firstFrame(long pfn) {
        return pfn >> shift << shift;
    }

    private long nextDpage(long pfn, long endPfn) {
        return Math.min(firstFrame(pfn) + (1L << shift), endPfn);
    }
}
