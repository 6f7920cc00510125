package org.dmemfs.reserve;

/** What a page frame is once the machine has booted. */
public enum FrameKind {
    /** RAM that the kernel manages: it has a {@code struct page}, {@code pfn_valid} is true. */
    RAM,
    /** RAM in the resource tree without {@code struct page}, reserved by {@code dmem=}. */
    DMEM,
    /** RAM without {@code struct page} that {@code mem=} or {@code memmap=} set aside. */
    SET_ASIDE,
    /** A device's memory or registers. */
    DEVICE,
    /** Nothing answers at these addresses, or firmware keeps them. */
    HOLE
}
