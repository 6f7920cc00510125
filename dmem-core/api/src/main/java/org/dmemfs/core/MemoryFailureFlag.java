package org.dmemfs.core;

/** How a memory error was met: the {@code MF_} flags of {@code memory_failure}. */
public enum MemoryFailureFlag {
    /** The processor stopped at the access: the current task cannot go on. */
    ACTION_REQUIRED,
    /** Tasks that map the page must be killed even where recovery could go on. */
    MUST_KILL
}
