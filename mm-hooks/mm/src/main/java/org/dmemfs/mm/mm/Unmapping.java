package org.dmemfs.mm.mm;

import java.util.List;
import org.dmemfs.mm.VmOperations;

/**
 * Takes mappings away: entries first, then the VMAs out of their files' lists, then the tables, then the shoot-down; only
 * after it does anything get another owner.
 */
final class Unmapping {
    private final MemoryDescriptor space;
    private final AnonymousMemory anonymous;
    private final RangeZap zap;
    private final TableRelease tables;

    Unmapping(MemoryDescriptor space, AnonymousMemory anonymous) {
        this.space = space;
        this.anonymous = anonymous;
        this.zap = new RangeZap(space);
        this.tables = new TableRelease(space.pageTable());
    }

    /** Unmaps whole VMAs of a range. With the mmap lock held exclusively. */
    void unmap(long start, long end) {
        VmaTree vmas = space.vmas();
        int from = vmas.firstEndingAfter(start);
        int to = from;
        while (to < vmas.size() && vmas.get(to).start() < end) {
            to++;
        }
        if (from == to) {
            return;
        }
        List<MappedArea> gone = vmas.list().subList(from, to);
        long floor = from == 0 ? 0 : vmas.get(from - 1).end();
        long ceiling = to == vmas.size() ? Long.MAX_VALUE : vmas.get(to).start();
        space.setVmas(vmas.replace(from, to));
        detach(gone, gone.getFirst().start(), gone.getLast().end(), floor, ceiling, false);
    }

    /** The end of the address space. With the mmap lock held exclusively. */
    void exit() {
        List<MappedArea> gone = space.vmas().list();
        space.setVmas(VmaTree.EMPTY);
        space.notifiers().release();
        if (gone.isEmpty()) {
            ZapBatch batch = new ZapBatch(space, anonymous);
            tables.releaseTop(batch);
            batch.finish();
        } else {
            detach(gone, gone.getFirst().start(), gone.getLast().end(), 0, Long.MAX_VALUE, true);
        }
    }

    private void detach(List<MappedArea> gone, long start, long end, long floor, long ceiling, boolean all) {
        Hooks hooks = space.platform().hooks().current();
        ZapBatch batch = new ZapBatch(space, anonymous);
        space.notifiers().begin(start, end);
        try {
            for (MappedArea area : gone) {
                zap.zap(area.start(), area.end(), hooks, batch, all);
            }
        } finally {
            for (MappedArea area : gone) {
                area.mappers().remove(area);
                space.platform().reverseMap().forgetIfEmpty(area.mappers());
            }
            tables.release(start, end, floor, ceiling, batch);
            if (all) {
                tables.releaseTop(batch);
            }
            batch.finish();
            space.notifiers().end(start, end);
            for (MappedArea area : gone) {
                VmOperations operations = area.operations();
                if (operations != null) {
                    operations.close(area);
                }
            }
        }
    }

    /** Drops the pages of a part of one mapping that stays. With the mmap lock held exclusively. */
    void zapOwn(long start, long end) {
        zap(start, end, false);
    }

    /** A file takes a range out of this page table; its list of mappings is locked, the mmap lock is not. */
    void zapForFile(long start, long end) {
        zap(start, end, true);
    }

    private void zap(long start, long end, boolean widen) {
        ZapBatch batch = new ZapBatch(space, anonymous);
        space.notifiers().begin(start, end);
        try {
            zap.zap(start, end, space.platform().hooks().current(), batch, widen);
        } finally {
            batch.finish();
            space.notifiers().end(start, end);
        }
    }
}
