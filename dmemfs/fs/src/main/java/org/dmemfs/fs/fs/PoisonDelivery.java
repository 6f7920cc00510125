package org.dmemfs.fs.fs;

import org.dmemfs.core.PoisonEvent;
import org.dmemfs.core.PoisonListener;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.kernel.Patch;

/**
 * Tells the tasks that map a dpage of a file that it went bad (patch 32). Before: the bit is set and nobody is told.
 *
 * <p>Defects 12.2.11 and 12.2.17, mended here: the entries of the dpage are zapped and it is mapped with 4K entries from
 * then on, so that neither the task nor the next mapper meets the bad frame unawares, and the failing page's own address
 * is reported. v2 and v1 leave the entries in place and report the first page of the dpage.
 */
@Patch(v1 = 32, v2 = 32)
final class PoisonDelivery implements PoisonListener {
    private final Surroundings surroundings;
    private final Ownership ownership;

    PoisonDelivery(Surroundings surroundings, Ownership ownership) {
        this.surroundings = surroundings;
        this.ownership = ownership;
    }

    @Override
    public void poisoned(PoisonEvent event) {
        Settings settings = surroundings.settings().get();
        if (!settings.has(32)) {
            return;
        }
        if (settings.repaired()) {
            ownership.badFrames().add(event.pfn());
        }
        long dpage = event.dpagePhysicalAddress() >>> event.dpageSize().shift();
        DpageTree.Leaf leaf = ownership.owners().find(dpage);
        if (leaf == null) {
            return;
        }
        RegularFile file = leaf.file();
        long index = settings.repaired() ? zap(file, leaf, dpage) : leaf.indexOf(dpage);
        if (index < 0) {
            return;
        }
        boolean ownAddress = settings.repaired() && !settings.wholeDpageLost();
        long within = event.pfn() & event.dpageSize().naturePages() - 1;
        PageSize lost = settings.repaired() && settings.wholeDpageLost() ? event.dpageSize() : PageSize.SIZE_4K;
        surroundings.signals().collectAndSignal(file.mapping(), file.firstPage(index) + (ownAddress ? within : 0),
                lost.shift(), event.flags());
    }

    /** Takes the dpage's entries away and marks it; answers its index, or -1 where it has left the file meanwhile. */
    private static long zap(RegularFile file, DpageTree.Leaf leaf, long dpage) {
        file.lock.writeLock();
        try {
            long index = leaf.indexOf(dpage);
            if (index >= 0) {
                file.tree().markPoisoned(index);
                file.mapping().unmapRange(file.firstPage(index), file.pageSize().naturePages());
            }
            return index;
        } finally {
            file.lock.unlockWrite();
        }
    }
}
