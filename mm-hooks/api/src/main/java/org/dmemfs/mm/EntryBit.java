package org.dmemfs.mm;

/** The bits of a page-table entry on x86-64 that the model uses. */
public enum EntryBit {
    /** The entry is valid. */
    PRESENT(0),
    /** Stores allowed. */
    WRITE(1),
    /** The task may use it. */
    USER(2),
    /** Write-through: part of the memory type. */
    WRITE_THROUGH(3),
    /** Uncached: part of the memory type. */
    CACHE_DISABLE(4),
    /** Young: was used. */
    ACCESSED(5),
    /** Was written. */
    DIRTY(6),
    /** At PMD and PUD level: maps a page (PSE). */
    HUGE(7),
    /** While PRESENT is clear: a page that the task may not touch ({@code _PAGE_PROTNONE}). */
    PROTNONE(8),
    /** Software: no {@code struct page} to refer to ({@code _PAGE_SPECIAL}). */
    SPECIAL(9),
    /** Software: dmem ({@code _PAGE_DMEM}, patch 12). */
    DMEM(57),
    /** Software: device memory ({@code _PAGE_DEVMAP}). */
    DEVMAP(58),
    /** No instruction fetches. */
    NO_EXECUTE(63);

    private final int bit;

    EntryBit(int bit) {
        this.bit = bit;
    }

    /**
     * The bit's number.
     *
     * @return 0 to 63
     */
    public int bit() {
        return bit;
    }

    /**
     * The bit as a mask.
     *
     * @return one bit set
     */
    public long mask() {
        return 1L << bit;
    }
}
