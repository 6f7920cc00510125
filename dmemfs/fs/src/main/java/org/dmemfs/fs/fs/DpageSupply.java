package org.dmemfs.fs.fs;

import org.dmemfs.core.DpageRun;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.MemoryPolicy;
import org.dmemfs.kernel.Patch;

/**
 * Fills the holes of files: takes dpages and puts them into the tree (patch 05), and how many at once (patch 10). The
 * file's lock is held by the caller, shared or exclusively.
 *
 * <p>Defect 12.2.2, mended here: of several who want one index, the first takes a dpage while the others wait at the
 * index's stripe and then find it; in v2 and v1 each takes one and the last overwrites the others' entries, whose dpages
 * nobody gives back. Defect 12.2.4, mended here: the loop goes on to the next dpage whether or not one was stored.
 */
@Patch(v1 = 5, v2 = 5)
@Patch(v1 = 10, v2 = 10)
final class DpageSupply {
    private static final int STRIPES = 64;

    private final SuperBlock superBlock;
    private final Object[] stripes = new Object[STRIPES];

    DpageSupply(SuperBlock superBlock) {
        this.superBlock = superBlock;
        for (int stripe = 0; stripe < STRIPES; stripe++) {
            stripes[stripe] = new Object();
        }
    }

    /**
     * The entry at an index that had none.
     *
     * @throws ErrnoException ENOMEM where the pool has none, ENOSPC where the mount's limit is reached, ENODEV
     */
    long fill(RegularFile file, long index, MemoryPolicy policy, long interleaveIndex, int node) {
        Settings settings = superBlock.settings();
        if (!settings.repaired()) {
            take(settings, file, index, policy, interleaveIndex, node);
            return file.tree().get(index);
        }
        synchronized (stripes[(int) (index * 31 + file.number()) & STRIPES - 1]) {
            if (file.tree().get(index) == DpageTree.NONE) {
                take(settings, file, index, policy, interleaveIndex, node);
            }
            return file.tree().get(index);
        }
    }

    private void take(Settings settings, RegularFile file, long index, MemoryPolicy policy, long interleaveIndex,
            int node) {
        int tryMax = tryMax(settings, file, index);
        superBlock.quota().charge(tryMax);
        int stored = 0;
        try {
            if (tryMax == 1) {
                long address = superBlock.use().take(file.holder(), policy, interleaveIndex, node);
                stored = store(settings, file, index, address >>> file.pageSize().shift()) ? 1 : 0;
            } else {
                DpageRun run = superBlock.use().takeRun(file.holder(), policy, interleaveIndex, node, tryMax);
                long first = run.physicalAddress() >>> file.pageSize().shift();
                for (int taken = 0; taken < run.dpages(); taken++) {
                    stored += store(settings, file, index + taken, first + taken) ? 1 : 0;
                }
            }
        } finally {
            superBlock.quota().refund(tryMax - stored);
        }
    }

    /** From the index to the end of the file or to the next entry, but no more than one fault may take. */
    private int tryMax(Settings settings, RegularFile file, long index) {
        long cap = settings.has(10) ? settings.maxAllocTryDpages() : Integer.MAX_VALUE;
        if (cap == 1) {
            return 1;
        }
        long toEnd = (file.size() + file.pageSize().bytes() - 1 >>> file.pageSize().shift()) - index;
        long next = file.tree().ceiling(index);
        long gap = next < 0 ? toEnd : Math.min(toEnd, next - index);
        return (int) Math.clamp(Math.min(gap, superBlock.quota().left()), 1, cap);
    }

    private boolean store(Settings settings, RegularFile file, long index, long dpage) {
        DpageTree tree = file.tree();
        if (settings.repaired()) {
            if (!tree.putIfAbsent(index, dpage)) {
                superBlock.giveBackUnwritten(file, dpage);
                return false;
            }
            superBlock.trace().inserted(index, dpage);
        } else {
            superBlock.trace().inserted(index, tree.overwrite(index, dpage));
        }
        own(file, index, dpage);
        return true;
    }

    /** Puts a dpage where nothing stands; the file's lock is held exclusively. */
    void storeIntoHole(RegularFile file, long index, long dpage) {
        file.tree().overwrite(index, dpage);
        superBlock.trace().inserted(index, superBlock.settings().repaired() ? dpage : DpageTree.NONE);
        own(file, index, dpage);
    }

    private void own(RegularFile file, long index, long dpage) {
        superBlock.owners().put(dpage, file.tree().leaf(index));
        if (superBlock.badFrames().in(dpage, file.pageSize())) {
            file.tree().markPoisoned(index);
        }
    }
}
