package org.dmemfs.fs.fs;

import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.kernel.Patch;
import org.dmemfs.mm.Fault;
import org.dmemfs.mm.FaultResult;
import org.dmemfs.mm.PfnFlag;
import org.dmemfs.mm.VmFlag;

/**
 * Page faults in files: at 4K (patch 05), at 2M (patch 24) and at 1G (patch 28); without 24 or 28 a fault falls back to
 * the next smaller size. Writing is allowed where the VMA allows it, whatever the access was, so that no second fault
 * follows. A fault on a dpage that is there makes no garbage.
 *
 * <p>Defect 12.2.3, mended here: a fault that fails at 4K is SIGBUS; v2 and v1 answer a negative errno. Defect 12.2.17,
 * mended here: a dpage with a bad frame is mapped with 4K entries only, and the bad one answers HWPOISON; with poison=whole
 * all of it answers HWPOISON_LARGE, as hugetlb does.
 */
@Patch(v1 = 5, v2 = 5)
@Patch(v1 = 24, v2 = 24)
@Patch(v1 = 28, v2 = 28)
final class Faults {
    private Faults() {
    }

    static FaultResult fault(RegularFile file, Fault fault, PageSize level) {
        if (!served(file, fault, level)) {
            return FaultResult.FALLBACK;
        }
        try {
            long stamp = file.lock.readLock();
            try {
                return locked(file, fault, level);
            } finally {
                file.lock.unlockRead(stamp);
            }
        } catch (ErrnoException exhausted) {
            return alone(file, fault, level);
        }
    }

    /**
     * The second try of a fault that got no dpage, with all others of this file kept out: a batch that is under way may
     * have taken the last ones for this very index, or be about to give some back.
     */
    private static FaultResult alone(RegularFile file, Fault fault, PageSize level) {
        file.lock.writeLock();
        try {
            return locked(file, fault, level);
        } catch (ErrnoException exhausted) {
            file.superBlock().exhausted("SIGBUS to " + fault.vma().task().name() + " at 0x"
                    + Long.toHexString(fault.virtualAddress()), file, exhausted);
            return nothingBehind(file, level);
        } finally {
            file.lock.unlockWrite();
        }
    }

    private static FaultResult locked(RegularFile file, Fault fault, PageSize level) {
        long index = fault.pageOffset() >>> file.pageSize().shift() - PageSize.SIZE_4K.shift();
        if (!file.has(index)) {
            return nothingBehind(file, level);
        }
        long entry = file.tree().get(index);
        if (entry == DpageTree.NONE) {
            entry = file.superBlock().supply().fill(file, index, fault.vma().policy(),
                    fault.interleaveIndex(file.pageSize()), fault.localNode());
        }
        return insert(file, fault, level, entry);
    }

    private static FaultResult insert(RegularFile file, Fault fault, PageSize level, long entry) {
        long first = DpageTree.dpageOf(entry) * file.pageSize().naturePages();
        long within = fault.pageOffset() & file.pageSize().naturePages() - 1;
        if (DpageTree.isPoisoned(entry)) {
            if (file.superBlock().settings().wholeDpageLost()) {
                return FaultResult.HWPOISON_LARGE;
            }
            if (level == PageSize.SIZE_4K && file.superBlock().badFrames().contains(first + within)) {
                return FaultResult.HWPOISON;
            }
            if (level != PageSize.SIZE_4K) {
                return FaultResult.FALLBACK;
            }
        }
        return switch (level) {
            case SIZE_4K -> fault.insertPfn(first + within);
            case SIZE_2M -> fault.insertPfnPmd(first + (within & -PageSize.SIZE_2M.naturePages()), PfnFlag.DMEM,
                    fault.vma().has(VmFlag.WRITE));
            case SIZE_1G -> fault.insertPfnPud(first, PfnFlag.DMEM, fault.vma().has(VmFlag.WRITE));
        };
    }

    /** A huge entry needs a dpage as large, and an address that lies in it as the page lies in the file. */
    private static boolean served(RegularFile file, Fault fault, PageSize level) {
        if (level == PageSize.SIZE_4K) {
            return true;
        }
        Settings settings = file.superBlock().settings();
        long askew = (fault.virtualAddress() >>> PageSize.SIZE_4K.shift()) - fault.pageOffset();
        return level.shift() <= file.pageSize().shift() && settings.has(24)
                && (level == PageSize.SIZE_2M || settings.has(28)) && (askew & level.naturePages() - 1) == 0;
    }

    private static FaultResult nothingBehind(RegularFile file, PageSize level) {
        return level == PageSize.SIZE_4K && !file.superBlock().settings().repaired()
                ? FaultResult.NEGATIVE_ERRNO
                : FaultResult.SIGBUS;
    }
}
