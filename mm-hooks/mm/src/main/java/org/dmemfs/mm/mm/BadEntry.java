package org.dmemfs.mm.mm;

import org.dmemfs.tracing.KernelLog;

/** What the kernel prints of an entry that it takes for a broken table ({@code pmd_clear_bad}, {@code pud_clear_bad}). */
final class BadEntry {
    private BadEntry() {
    }

    static void log(KernelLog log, int shift, long location, long entry) {
        log.error("mm/pgtable-generic.c: bad %s %016x(%016x)".formatted(shift == Entries.PUD_SHIFT ? "pud" : "pmd",
                location, entry));
    }
}
