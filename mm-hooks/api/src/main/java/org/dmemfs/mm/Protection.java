package org.dmemfs.mm;

/** What a task may do with a mapping: the {@code PROT_} bits. */
public enum Protection {
    /** Loads. */
    READ,
    /** Stores. */
    WRITE,
    /** Instruction fetches. */
    EXECUTE
}
