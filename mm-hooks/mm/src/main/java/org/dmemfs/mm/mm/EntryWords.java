package org.dmemfs.mm.mm;

/**
 * The words of page tables, and what is done to one that others may change at the same time. An entry is named by its
 * location, the physical address of its 8 bytes.
 */
interface EntryWords {
    /** An entry as it is. */
    long get(long location);

    /** Puts an entry in place of another. */
    boolean compareAndSet(long location, long expected, long entry);

    /** Puts an entry where no one else can put one. */
    void set(long location, long entry);

    /** Takes an entry out; what it was in the end, with all bits that others set until then. */
    long clear(long location);

    /** Sets bits of an entry that is still what was read; another's change wins. */
    default boolean addBits(long location, long entry, long bits) {
        return (entry & bits) == bits || compareAndSet(location, entry, entry | bits);
    }

    /** Takes bits from an entry and gives it others, whatever bits come meanwhile; what it was, 0 where there was none. */
    default long change(long location, long removed, long added) {
        while (true) {
            long entry = get(location);
            if (entry == 0 || compareAndSet(location, entry, entry & ~removed | added)) {
                return entry;
            }
        }
    }
}
