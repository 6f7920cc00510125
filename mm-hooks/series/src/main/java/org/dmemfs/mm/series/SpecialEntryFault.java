package org.dmemfs.mm.series;

import org.dmemfs.mm.HookSet;

/**
 * Beyond the patches, defect 12.2.12: as posted, {@code __handle_mm_fault} knows no special entry, so the second of two
 * threads that touch one huge page at once finds a "bad pmd", and clears what the first put in place. Repaired, such a fault
 * is spurious: young and dirty are set.
 */
final class SpecialEntryFault implements HookSet.EntryTest {
    private final HookSet.EntryTest special;

    SpecialEntryFault(HookSet.EntryTest special) {
        this.special = special;
    }

    @Override
    public boolean test(long entry) {
        return special.test(entry);
    }
}
