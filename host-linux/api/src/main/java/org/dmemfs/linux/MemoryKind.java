package org.dmemfs.linux;

/** When the bytes of a {@link SharedMemory} are taken from the host. */
public enum MemoryKind {
    /** A page of 4 KiB is taken at its first touch and given back by a punch; untouched pages cost nothing. */
    SPARSE,
    /** Every page of 4 KiB is taken before the memory is handed out, and held until it is closed. */
    POPULATED,
    /** Pages of the host's hugetlb pool, every one taken before the memory is handed out and held until it is closed. */
    HUGETLB
}
