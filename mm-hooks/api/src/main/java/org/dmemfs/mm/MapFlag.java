package org.dmemfs.mm;

/** How to map: the {@code MAP_} flags that the model knows. */
public enum MapFlag {
    /** Stores are seen by all who map the file. */
    SHARED,
    /** Stores stay with the task. */
    PRIVATE,
    /** No file. */
    ANONYMOUS,
    /** At exactly the address asked for, replacing what is there. */
    FIXED,
    /** Locked: no effect on a mapping without {@code struct page}. */
    LOCKED,
    /** Fault in at once: no effect on a mapping without {@code struct page}. */
    POPULATE
}
