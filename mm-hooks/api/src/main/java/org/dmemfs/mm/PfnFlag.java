package org.dmemfs.mm;

/** What a frame number handed to an insert stands for: the flags of {@code pfn_t}. */
public enum PfnFlag {
    /** A plain frame. */
    NONE,
    /** Device memory ({@code PFN_DEV}). */
    DEV,
    /** Device memory with {@code struct page} ({@code PFN_DEV | PFN_MAP}). */
    DEV_MAP,
    /** dmem ({@code PFN_DMEM}, bit 58: patch 13). */
    DMEM
}
