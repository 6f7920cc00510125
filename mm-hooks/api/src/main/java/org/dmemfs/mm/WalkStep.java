package org.dmemfs.mm;

import java.util.Set;

/**
 * One level of a page walk.
 *
 * @param level PGD, P4D, PUD, PMD or PTE
 * @param index of the entry in its table, 0 to 511
 * @param entry the 64 bits of the entry, in the hardware's layout
 * @param bits the names of the bits that are set
 * @param leaf whether the entry maps a page
 */
public record WalkStep(String level, int index, long entry, Set<EntryBit> bits, boolean leaf) {
    /** Copies the set. */
    public WalkStep {
        bits = Set.copyOf(bits);
    }
}
