package org.dmemfs.reserve;

import java.util.List;

/**
 * What one kernel parameter other than {@code dmem=} does to the machine's RAM: the other ways to set memory aside.
 *
 * @param parameter as it stands in the command line, such as {@code memmap=4G$8G}
 * @param ranges the RAM that it takes from the kernel, ascending; empty for huge pages, whose places are not known before
 *        boot, and where it takes none
 * @param bytes how much RAM it takes
 * @param leftToKernelBytes RAM that the kernel may use freely once this parameter and those before it have acted, before
 *        {@code dmem=} for ranges, after it for huge pages
 * @param metadataBytes what the {@code struct page}s of what it takes or adds still cost
 * @param explanation what becomes of the memory, one or two sentences for people
 */
public record SetAside(String parameter, List<MemoryRange> ranges, long bytes, long leftToKernelBytes,
        long metadataBytes, String explanation) {
    /** Copies the list. */
    public SetAside {
        ranges = List.copyOf(ranges);
    }
}
