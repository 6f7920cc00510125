package org.dmemfs.conformance.scenarios;

import static org.dmemfs.mm.Protection.READ;
import static org.dmemfs.mm.Protection.WRITE;

import java.util.Set;
import org.dmemfs.fs.Dmemfs;
import org.dmemfs.fs.Mount;
import org.dmemfs.fs.OpenFile;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.mm.AddressSpace;
import org.dmemfs.mm.AddressSpaces;
import org.dmemfs.mm.MapFlag;
import org.dmemfs.mm.Protection;
import org.dmemfs.mm.Task;

/** A file on a mount of its own, mapped by a task of its own and not yet touched; all of it goes with it. */
final class MappedFile implements AutoCloseable {
    private final Mount mount;
    private final Task task;
    private final OpenFile file;
    private final long start;

    private MappedFile(Mount mount, Task task, OpenFile file, long start) {
        this.mount = mount;
        this.task = task;
        this.file = file;
        this.start = start;
    }

    static MappedFile of(Dmemfs dmemfs, AddressSpaces addressSpaces, PageSize size, long bytes) {
        return of(dmemfs, addressSpaces, size, bytes, Set.of(READ, WRITE));
    }

    static MappedFile of(Dmemfs dmemfs, AddressSpaces addressSpaces, PageSize size, long bytes,
            Set<Protection> protection) {
        Task task = addressSpaces.newTask("owner", 0);
        try {
            Mount mount = dmemfs.mount("/scenario/mapped", "pagesize=" + size.label());
            try {
                OpenFile file = mount.create("/file");
                file.truncate(bytes);
                long start = task.addressSpace().mmap(0, bytes, protection, Set.of(MapFlag.SHARED), file, 0);
                return new MappedFile(mount, task, file, start);
            } catch (RuntimeException refused) {
                mount.close();
                throw refused;
            }
        } catch (RuntimeException refused) {
            task.close();
            throw refused;
        }
    }

    AddressSpace memory() {
        return task.addressSpace();
    }

    Task task() {
        return task;
    }

    OpenFile file() {
        return file;
    }

    Mount mount() {
        return mount;
    }

    long start() {
        return start;
    }

    /** The task stores into a page, as a first touch. */
    void touch(long offset) {
        memory().storeLong(start + offset, 1);
    }

    @Override
    public void close() {
        task.close();
        file.close();
        mount.close();
    }
}
