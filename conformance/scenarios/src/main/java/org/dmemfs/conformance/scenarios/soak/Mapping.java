package org.dmemfs.conformance.scenarios.soak;

import org.dmemfs.mm.AddressSpace;
import org.dmemfs.mm.Task;

/**
 * A file mapped shared in a task, for loads and stores.
 *
 * @param task who
 * @param file what
 * @param address the first virtual address
 * @param offset its place in the file
 * @param bytes its length, whether the file still reaches so far or not
 */
record Mapping(Task task, SoakFile file, long address, long offset, long bytes) {
    AddressSpace memory() {
        return task.addressSpace();
    }

    long pages() {
        return bytes >> 12;
    }

    /** Where a 4K page of the mapping lies in the file. */
    long fileOffset(long page) {
        return offset + (page << 12);
    }

    boolean insideFile(long page) {
        return fileOffset(page) < file.bytes();
    }
}
