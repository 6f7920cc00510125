package org.dmemfs.schemes;

import java.util.List;

/**
 * A change that a kernel needs, as it was published.
 *
 * @param what its title
 * @param files how many files it touches, 0 where nobody counted
 * @param linesAdded lines added, 0 where nobody counted
 * @param linesRemoved lines removed, 0 where nobody counted
 * @param places the functions and files of the memory manager and its users that it hooks into
 * @param publication where it was published
 */
public record KernelChange(String what, int files, int linesAdded, int linesRemoved, List<String> places,
        String publication) {
    /** Copies the list. */
    public KernelChange {
        places = List.copyOf(places);
    }
}
