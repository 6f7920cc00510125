package org.dmemfs.fs.fs;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.dmemfs.core.DpageRun;
import org.dmemfs.core.NodeUsage;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.MemoryPolicy;
import org.dmemfs.kernel.PageSize;

/**
 * {@code fallocate}, beyond the series: fills the holes of a range, all or none. The file is held exclusively meanwhile;
 * what was taken is put into the tree only when all of it is there. What clearly is not free is not asked for, so that
 * nobody else meets a pool that is empty for a moment only.
 */
final class Preallocation {
    private static final int LONGEST_RUN = (1 << 23) - 1;
    private static final int HOLDERS_TOLD = 3;

    private final RegularFile file;
    private final SuperBlock superBlock;
    private final MemoryPolicy policy;
    private final int localNode;
    private final List<Taken> taken = new ArrayList<>();

    private record Taken(long index, DpageRun run) {
    }

    private Preallocation(RegularFile file, MemoryPolicy policy, int localNode) {
        this.file = file;
        this.superBlock = file.superBlock();
        this.policy = policy;
        this.localNode = localNode;
    }

    static void allocate(RegularFile file, long offset, long bytes, MemoryPolicy policy, int localNode) {
        WholeDpages range = WholeDpages.of(file.pageSize(), offset, bytes);
        if (range.end() > Long.MAX_VALUE >>> file.pageSize().shift()) {
            throw new ErrnoException(Errno.EFBIG, "the range of " + bytes + " bytes at " + offset
                    + " ends beyond the largest file");
        }
        file.lock.writeLock();
        try {
            if (file.evicted()) {
                throw file.superBlock().gone();
            }
            new Preallocation(file, policy, localNode).fill(range);
            file.setSize(Math.max(file.size(), range.end() << file.pageSize().shift()));
        } finally {
            file.lock.unlockWrite();
        }
    }

    private void fill(WholeDpages range) {
        long holes = range.count() - file.tree().count(range.first(), range.end());
        checkFree(holes);
        superBlock.quota().charge(holes);
        try {
            for (long index = range.first(); index < range.end();) {
                long next = file.tree().ceiling(index);
                long gapEnd = next < 0 ? range.end() : Math.min(next, range.end());
                index = index == next ? index + 1 : take(index, gapEnd);
            }
        } catch (ErrnoException exhausted) {
            taken.forEach(part -> superBlock.use().giveRun(file.holder(), part.run()));
            superBlock.quota().refund(holes);
            throw exhausted.errno() == Errno.ENOMEM
                    ? new ErrnoException(Errno.ENOSPC, holes + " dpages are wanted at once: " + exhausted.getMessage(),
                            exhausted)
                    : exhausted;
        }
        taken.forEach(this::store);
    }

    /** Takes what one hole, or its next part, needs; answers the index after it. */
    private long take(long index, long gapEnd) {
        // a run counts as one step of an interleaved policy, so there each dpage is taken by itself
        int tryMax = policy.mode() == MemoryPolicy.Mode.INTERLEAVE ? 1 : (int) Math.min(gapEnd - index, LONGEST_RUN);
        DpageRun run = superBlock.use().takeRun(file.holder(), policy, index, localNode, tryMax);
        taken.add(new Taken(index, run));
        return index + run.dpages();
    }

    private void store(Taken part) {
        long first = part.run().physicalAddress() >>> file.pageSize().shift();
        for (int dpage = 0; dpage < part.run().dpages(); dpage++) {
            superBlock.supply().storeIntoHole(file, part.index() + dpage, first + dpage);
        }
    }

    private void checkFree(long wanted) {
        long free = superBlock.nodeUsage().stream().filter(this::mayGive).mapToLong(NodeUsage::free).sum();
        if (wanted > free) {
            PageSize pageSize = file.pageSize();
            String holders = superBlock.holders().stream().limit(HOLDERS_TOLD)
                    .map(usage -> usage.holder() + " " + usage.dpages()).collect(Collectors.joining(", "));
            throw new ErrnoException(Errno.ENOSPC, superBlock.nameOf(file) + " wants " + wanted + " dpages of "
                    + pageSize.label() + " at once under the policy " + policy.mode() + " " + policy.nodes() + ": "
                    + free
                    + " are free" + (holders.isEmpty() ? "" : "; the largest holders are " + holders));
        }
    }

    private boolean mayGive(NodeUsage node) {
        return policy.mode() != MemoryPolicy.Mode.BIND || policy.nodes().contains(node.node());
    }
}
