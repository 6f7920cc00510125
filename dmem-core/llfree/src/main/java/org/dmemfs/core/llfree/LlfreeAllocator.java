package org.dmemfs.core.llfree;

import java.util.function.LongUnaryOperator;
import org.dmemfs.core.RegionAllocator;
import org.dmemfs.core.TakenDpages;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;

/** Takes from the child that the thread's slot took from last, else from its tree, else from a tree it can reserve. */
final class LlfreeAllocator implements RegionAllocator {
    private static final long NOTHING = -1;

    private final AtomicWords words;
    private final Children children;
    private final Trees trees;
    private final Slots slots;

    LlfreeAllocator(long dpages, LongUnaryOperator nextTaken) {
        this(new OffHeapWords(Children.bitWordsFor(dpages), Children.countFor(dpages)), dpages, nextTaken);
    }

    LlfreeAllocator(long dpages, TakenDpages begun) {
        this(dpages, nothing -> NOTHING);
        begun.each(dpages, children::begin);
    }

    LlfreeAllocator(AtomicWords words, long dpages, LongUnaryOperator nextTaken) {
        this.words = words;
        this.children = new Children(words, dpages);
        this.trees = new Trees(children.count());
        this.slots = new Slots(children.count());
        for (long dpage = nextTaken.applyAsLong(0); dpage >= 0; dpage = dpage + 1 < dpages
                ? nextTaken.applyAsLong(dpage + 1)
                : NOTHING) {
            children.begin(dpage);
        }
    }

    @Override
    public long take() {
        int slot = slots.ofThisThread();
        long dpage = children.take(slots.child(slot));
        if (dpage >= 0) {
            return dpage;
        }
        long run = search(slot, 1);
        return run < 0 ? NOTHING : RegionAllocator.firstOf(run);
    }

    @Override
    public long takeRun(int tryMax) {
        return search(slots.ofThisThread(), Math.min(tryMax, ChildCounter.DPAGES));
    }

    /** Until something is found, or nothing was there at one moment. */
    private long search(int slot, int tryMax) {
        while (true) {
            long run = searchTrees(slot, tryMax);
            if (run >= 0) {
                trees.notEmpty(Trees.of(slots.child(slot)));
                return run;
            }
            if (isExhausted()) {
                return NOTHING;
            }
            Thread.onSpinWait();
        }
    }

    private long searchTrees(int slot, int tryMax) {
        int own = Trees.of(slots.child(slot));
        if (trees.isReservedBy(own, slot) || trees.reserve(own, slot)) {
            long run = searchTree(own, slot, tryMax);
            if (run >= 0) {
                return run;
            }
            trees.leaveEmpty(own, slot);
        }
        for (int step = 1; step < trees.count(); step++) {
            int tree = (own + step) % trees.count();
            if (trees.reserve(tree, slot)) {
                long run = searchTree(tree, slot, tryMax);
                if (run >= 0) {
                    return run;
                }
                trees.leaveEmpty(tree, slot);
            }
        }
        return searchEverywhere(own, slot, tryMax);
    }

    /** Others' trees too: a reservation is advice. */
    private long searchEverywhere(int own, int slot, int tryMax) {
        for (int step = 0; step < trees.count(); step++) {
            long run = searchTree((own + step) % trees.count(), slot, tryMax);
            if (run >= 0) {
                return run;
            }
        }
        return NOTHING;
    }

    /** A child that has as many as are wanted comes before one that has some. */
    private long searchTree(int tree, int slot, int tryMax) {
        long run = searchTree(tree, slot, tryMax, tryMax);
        return run >= 0 || tryMax == 1 ? run : searchTree(tree, slot, tryMax, 1);
    }

    private long searchTree(int tree, int slot, int tryMax, int least) {
        long first = (long) tree * Trees.CHILDREN;
        long end = Math.min(first + Trees.CHILDREN, children.count());
        for (long child = first; child < end; child++) {
            if (ChildCounter.free(children.counter(child)) >= least) {
                long run = takeFrom(child, tryMax);
                if (run >= 0) {
                    slots.remember(slot, child);
                    return run;
                }
            }
        }
        return NOTHING;
    }

    private long takeFrom(long child, int tryMax) {
        if (tryMax > 1) {
            return children.takeRun(child, tryMax);
        }
        long dpage = children.take(child);
        return dpage < 0 ? NOTHING : RegionAllocator.run(dpage, 1);
    }

    /**
     * Whether every dpage was claimed at one moment: all counters say so twice, and nothing was returned in between. A
     * pending claim may yet be returned.
     */
    private boolean isExhausted() {
        long returns = returnsIfFull();
        return returns >= 0 && returns == returnsIfFull();
    }

    private long returnsIfFull() {
        long returns = 0;
        for (long child = 0; child < children.count(); child++) {
            int counter = children.counter(child);
            if (ChildCounter.free(counter) > 0 || ChildCounter.isPending(counter)) {
                return NOTHING;
            }
            returns += ChildCounter.returns(counter);
        }
        return returns;
    }

    @Override
    public void give(long dpage) {
        if (dpage < 0 || dpage >= children.dpages() || !children.give(dpage)) {
            throw new ErrnoException(Errno.EINVAL, "dpage " + dpage + " of a region of " + children.dpages()
                    + " is not taken: it was given back before");
        }
        trees.notEmpty(Trees.of(dpage / ChildCounter.DPAGES));
    }

    @Override
    public boolean disable(long dpage) {
        return children.disable(dpage);
    }

    @Override
    public boolean isTaken(long dpage) {
        return children.isTaken(dpage);
    }

    @Override
    public long nextTaken(long dpage) {
        return Survey.of(children).nextTaken(dpage);
    }

    @Override
    public long takenWord(long index) {
        return children.takenBits(index);
    }

    @Override
    public long free() {
        return Survey.of(children).free();
    }

    @Override
    public long recountFree() {
        return Survey.of(children).recountFree();
    }

    @Override
    public long longestFreeRun() {
        return Survey.of(children).longestFreeRun();
    }

    @Override
    public long metadataBytes() {
        return words.bytes();
    }

    @Override
    public void close() {
        words.close();
    }
}
