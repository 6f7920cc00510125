package org.dmemfs.kvm.tdp;

import org.dmemfs.kernel.PageSize;

/** The bits of a second-level entry, as Intel's extended page tables (EPT) lay them out. */
final class SecondLevelEntry {
    static final long READ = 1;
    static final long WRITE = 1L << 1;
    static final long EXECUTE = 1L << 2;
    static final long LARGE = 1L << 7;
    static final long ACCESSED = 1L << 8;
    static final long DIRTY = 1L << 9;
    /** Ignored by the processor: the address space allows stores, whatever this entry does. */
    static final long HOST_WRITABLE = 1L << 57;
    private static final int MEMORY_TYPE_SHIFT = 3;
    private static final long ADDRESS = 0x000F_FFFF_FFFF_F000L;

    private SecondLevelEntry() {
    }

    static long table(long address) {
        return address | READ | WRITE | EXECUTE;
    }

    static long leaf(long pfn, PageSize size, boolean writable, MemoryType type) {
        return pfn << 12 | READ | EXECUTE | (writable ? WRITE | HOST_WRITABLE : 0)
                | (size == PageSize.SIZE_4K ? 0 : LARGE)
                | (long) type.encoding() << MEMORY_TYPE_SHIFT;
    }

    static long address(long entry) {
        return entry & ADDRESS;
    }

    static boolean present(long entry) {
        return (entry & (READ | WRITE | EXECUTE)) != 0;
    }

    static long writeProtected(long entry) {
        return entry & ~(WRITE | DIRTY);
    }

    static boolean hostWritable(long entry) {
        return (entry & HOST_WRITABLE) != 0;
    }

    /** One of the entries that a huge one falls into: the same rights, one level down. */
    static long part(long entry, int index, PageSize size) {
        long part = entry + ((long) index << size.shift());
        return size == PageSize.SIZE_4K ? part & ~LARGE : part;
    }

    static boolean writable(long entry) {
        return (entry & WRITE) != 0;
    }
}
