package org.dmemfs.core;

/** What the pool did with a bad frame (patch 31, {@code dmem_memory_failure}). */
public enum PoisonOutcome {
    /** The frame is in no region: not the pool's business. */
    NOT_DMEM,
    /** It was known; nothing happens twice. */
    ALREADY_KNOWN,
    /** No dpage has it: the pool is not in use, or the frame is in an unaligned end of its region. */
    IN_NO_DPAGE,
    /** Its dpage was free and is retired. */
    FREE_RETIRED,
    /** Its dpage is used; the listeners were told, and it retires with its last reference. */
    USED_ANNOUNCED
}
