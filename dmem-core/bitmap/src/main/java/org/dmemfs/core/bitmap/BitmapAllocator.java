package org.dmemfs.core.bitmap;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongUnaryOperator;
import org.dmemfs.core.RegionAllocator;
import org.dmemfs.core.TakenDpages;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.Patch;
import org.dmemfs.kernel.SeriesVersion;

/**
 * First fit from the lowest place that can be free, under one lock per region where the series has one for the pool.
 * Every dpage below {@code nextFree} is taken.
 */
@Patch(v1 = 3, v2 = 3)
final class BitmapAllocator implements RegionAllocator {
    private final Bitmap taken;
    private final long lostAtEnd;
    private long nextFree;
    private final AtomicLong free;

    BitmapAllocator(long dpages, LongUnaryOperator nextTaken, SeriesVersion series) {
        this.taken = new Bitmap(dpages);
        // Facts 2.5: as posted, a run that would reach the region's last dpage is cut short by one.
        this.lostAtEnd = series == SeriesVersion.REPAIRED ? 0 : 1;
        long left = dpages;
        for (long dpage = nextTaken.applyAsLong(0); dpage >= 0; dpage = next(nextTaken, dpage + 1)) {
            taken.set(dpage);
            left--;
        }
        this.free = new AtomicLong(left);
    }

    BitmapAllocator(long dpages, TakenDpages begun, SeriesVersion series) {
        this(dpages, nothing -> -1, series);
        begun.each(dpages, (index, bits) -> {
            taken.setBits(index, bits);
            countFree(-Long.bitCount(bits));
        });
    }

    private long next(LongUnaryOperator nextTaken, long from) {
        return from < taken.bits() ? nextTaken.applyAsLong(from) : -1;
    }

    @Override
    public synchronized long take() {
        long dpage = free.getPlain() == 0 ? -1 : taken.nextClear(nextFree);
        if (dpage < 0) {
            nextFree = taken.bits();
            return -1;
        }
        taken.set(dpage);
        claimed(dpage, 1);
        return dpage;
    }

    @Override
    public synchronized long takeRun(int tryMax) {
        long first = free.getPlain() == 0 ? -1 : taken.nextClear(nextFree);
        if (first < 0) {
            nextFree = taken.bits();
            return -1;
        }
        long limit = Math.min(first + tryMax, taken.bits() - lostAtEnd);
        int dpages = taken.setRun(first, Math.max(limit, first + 1));
        claimed(first, dpages);
        return RegionAllocator.run(first, dpages);
    }

    private void claimed(long first, int dpages) {
        nextFree = first + dpages;
        countFree(-dpages);
    }

    @Override
    public synchronized void give(long dpage) {
        if (dpage < 0 || dpage >= taken.bits() || !taken.get(dpage)) {
            throw new ErrnoException(Errno.EINVAL,
                    "dpage " + dpage + " of a region of " + taken.bits() + " is not taken: it was given back before");
        }
        taken.clear(dpage);
        nextFree = Math.min(nextFree, dpage);
        countFree(1);
    }

    @Override
    public synchronized boolean disable(long dpage) {
        if (taken.get(dpage)) {
            return false;
        }
        taken.set(dpage);
        countFree(-1);
        return true;
    }

    /** Written under the lock, read without it: no fence is needed. */
    private void countFree(long dpages) {
        free.setRelease(free.getPlain() + dpages);
    }

    @Override
    public synchronized boolean isTaken(long dpage) {
        return taken.get(dpage);
    }

    @Override
    public synchronized long nextTaken(long dpage) {
        return dpage < taken.bits() ? taken.nextSet(dpage) : -1;
    }

    @Override
    public synchronized long takenWord(long index) {
        return taken.bitsAt(index);
    }

    @Override
    public long free() {
        return free.get();
    }

    @Override
    public synchronized long recountFree() {
        return taken.bits() - taken.count();
    }

    @Override
    public synchronized long longestFreeRun() {
        long longest = 0;
        long begin = 0;
        while (begin < taken.bits()) {
            long end = nextTaken(begin);
            end = end < 0 ? taken.bits() : end;
            longest = Math.max(longest, end - begin);
            long clear = end < taken.bits() ? taken.nextClear(end) : -1;
            begin = clear < 0 ? taken.bits() : clear;
        }
        return longest;
    }

    @Override
    public long metadataBytes() {
        return taken.bytes();
    }

    @Override
    public void close() {
        taken.close();
    }
}
