package org.dmemfs.felix.commands.tour;

import org.dmemfs.fs.Mount;
import org.dmemfs.fs.OpenFile;
import org.dmemfs.mm.AddressSpace;
import org.dmemfs.mm.Task;

/**
 * The tour's file in the tour's task.
 *
 * @param mount where it lies
 * @param file the file, open
 * @param task who maps it
 * @param address first virtual address of the mapping
 * @param bytes the mapping's length
 */
record MappedTourFile(Mount mount, OpenFile file, Task task, long address, long bytes) implements AutoCloseable {
    static final String PATH = "/guest-memory";

    AddressSpace memory() {
        return task.addressSpace();
    }

    @Override
    public void close() {
        task.close();
        file.close();
        mount.unlink(PATH);
    }
}
