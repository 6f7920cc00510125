package org.dmemfs.mm.mm;

import java.util.EnumSet;
import java.util.Set;
import org.dmemfs.mm.EntryBit;
import org.dmemfs.mm.VmFlag;

/** The bits of a page-table entry, in the hardware's layout. */
final class Entries {
    static final long PRESENT = EntryBit.PRESENT.mask();
    static final long WRITE = EntryBit.WRITE.mask();
    static final long USER = EntryBit.USER.mask();
    static final long ACCESSED = EntryBit.ACCESSED.mask();
    static final long DIRTY = EntryBit.DIRTY.mask();
    static final long HUGE = EntryBit.HUGE.mask();
    static final long PROTNONE = EntryBit.PROTNONE.mask();
    static final long SPECIAL = EntryBit.SPECIAL.mask();
    static final long DEVMAP = EntryBit.DEVMAP.mask();
    static final long NO_EXECUTE = EntryBit.NO_EXECUTE.mask();
    static final int PTE_SHIFT = 12;
    static final int PMD_SHIFT = 21;
    static final int PUD_SHIFT = 30;
    static final int BITS_PER_LEVEL = 9;
    static final int ENTRIES_PER_TABLE = 1 << BITS_PER_LEVEL;
    /** {@code SWP_HWPOISON}: the type of swap entries that says so, behind those of 27 swap areas. */
    private static final long SWP_HWPOISON = 27;
    private static final int SWP_TYPE_SHIFT = 59;
    private static final int SWP_OFFSET_SHIFT = 14;
    private static final int SWP_TYPE_BITS = 5;
    private static final long FRAME = 0x000f_ffff_ffff_f000L;

    private Entries() {
    }

    static boolean isPresent(long entry) {
        return (entry & (PRESENT | PROTNONE)) != 0;
    }

    static boolean has(long entry, long bit) {
        return (entry & bit) != 0;
    }

    static long pfn(long entry) {
        return (entry & FRAME) >>> PTE_SHIFT;
    }

    static long physicalAddress(long entry) {
        return entry & FRAME;
    }

    /** {@code make_hwpoison_entry}: not present, and the frame inverted, so that no speculation finds it. */
    static long poisoned(long pfn) {
        return SWP_HWPOISON << SWP_TYPE_SHIFT | ~pfn << SWP_OFFSET_SHIFT >>> SWP_TYPE_BITS;
    }

    /** Whether an entry says that its page was lost. */
    static boolean isPoisoned(long entry) {
        return !isPresent(entry) && entry >>> SWP_TYPE_SHIFT == SWP_HWPOISON;
    }

    /** The type and the offset of an entry that is not present, as pagemap shows them. */
    static long swapFrame(long entry) {
        return entry >>> SWP_TYPE_SHIFT | (~entry << SWP_TYPE_BITS >>> SWP_OFFSET_SHIFT) << SWP_TYPE_BITS;
    }

    static long table(long pfn) {
        return pfn << PTE_SHIFT | PRESENT | WRITE | USER | ACCESSED | DIRTY;
    }

    /** {@code pfn_pte(pfn, vm_page_prot)} without WRITE: who makes the entry says whether stores are allowed. */
    static long page(long pfn, MappedArea area) {
        return pfn << PTE_SHIFT | protection(area);
    }

    static long protection(MappedArea area) {
        boolean accessible = area.has(VmFlag.READ) || area.has(VmFlag.WRITE) || area.has(VmFlag.EXEC);
        return (accessible ? PRESENT | USER : PROTNONE) | ACCESSED | (area.has(VmFlag.EXEC) ? 0 : NO_EXECUTE);
    }

    static Set<EntryBit> names(long entry) {
        Set<EntryBit> bits = EnumSet.noneOf(EntryBit.class);
        if (!isPresent(entry)) {
            // A swap entry's bits are no flags.
            return bits;
        }
        for (EntryBit bit : EntryBit.values()) {
            if ((entry & bit.mask()) != 0) {
                bits.add(bit);
            }
        }
        return bits;
    }
}
