package org.dmemfs.mm;

/** Memory types of the page attribute table ({@code enum page_cache_mode}). */
public enum MemoryType {
    /** Write-back: RAM. */
    WRITE_BACK,
    /** Write-combining. */
    WRITE_COMBINING,
    /** Uncached, unless the MTRRs say write-combining. */
    UNCACHED_MINUS,
    /** Uncached. */
    UNCACHED
}
