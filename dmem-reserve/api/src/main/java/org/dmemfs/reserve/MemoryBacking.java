package org.dmemfs.reserve;

/** What stands behind the dmem regions of a machine. */
public enum MemoryBacking {
    /** A sparse shared memory file: only touched pages cost. */
    SIMULATED,
    /** Real memory of the host in 4K pages, taken in full. */
    MEMFD,
    /** Real huge pages of the host, taken in full. */
    HUGETLB
}
