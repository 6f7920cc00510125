package org.dmemfs.bench;

import java.util.Set;
import org.dmemfs.felix.launcher.FelixMachine;
import org.dmemfs.fs.Dmemfs;
import org.dmemfs.fs.Mount;
import org.dmemfs.fs.OpenFile;
import org.dmemfs.kernel.MemoryPolicy;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.linux.AddressWindow;
import org.dmemfs.linux.HostMemory;
import org.dmemfs.mm.AddressSpace;
import org.dmemfs.mm.AddressSpaces;
import org.dmemfs.mm.MapFlag;
import org.dmemfs.mm.Protection;
import org.dmemfs.mm.Task;
import org.dmemfs.reserve.HostRange;
import org.dmemfs.reserve.PhysicalMemory;

/** A machine with a file on dmemfs, and a task that maps it. */
final class FileMachine implements AutoCloseable {
    private static final String FILE = "/file";

    private final FelixMachine machine;
    private final Mount mount;
    private final OpenFile file;
    private final Task task;

    private FileMachine(FelixMachine machine, PageSize pageSize, long bytes) {
        this.machine = machine;
        this.mount = machine.service(Dmemfs.class).mount("/mnt", "pagesize=" + pageSize.label());
        this.file = mount.create(FILE);
        this.task = newTask();
        file.truncate(bytes);
    }

    /** A file of which no page is there yet. */
    static FileMachine of(String machine, String dmem, PageSize pageSize, long bytes) {
        FelixMachine booted = Assembled.boot(machine, "dmem=" + dmem, "llfree");
        try {
            return new FileMachine(booted, pageSize, bytes);
        } catch (RuntimeException refused) {
            booted.close();
            throw refused;
        }
    }

    /** Takes every page of the file. */
    FileMachine present() {
        file.fallocate(0, file.size(), MemoryPolicy.systemDefault(), 0);
        return this;
    }

    Mount mount() {
        return mount;
    }

    OpenFile file() {
        return file;
    }

    AddressSpace space() {
        return task.addressSpace();
    }

    Task newTask() {
        return machine.service(AddressSpaces.class).newTask("bench", 0);
    }

    <S> S service(Class<S> type) {
        return machine.service(type);
    }

    /** Maps a part of the file, readable and writable. */
    long map(AddressSpace space, long fileOffset, long bytes) {
        return space.mmap(0, bytes, Set.of(Protection.READ, Protection.WRITE), Set.of(MapFlag.SHARED), file,
                fileOffset);
    }

    /** The same bytes in the same order through a mapping of the host's own; every page of the file must be there. */
    AddressWindow plain() {
        AddressWindow window = machine.service(HostMemory.class).reserve(file.size(), mount.pageSize());
        PhysicalMemory memory = machine.service(PhysicalMemory.class);
        long step = mount.pageSize().bytes();
        for (long from = 0; from < file.size();) {
            long first = file.frameAt(from).orElseThrow();
            long to = from + step;
            while (to < file.size() && file.frameAt(to).orElseThrow() == first + (to - from >> 12)) {
                to += step;
            }
            HostRange range = memory.hostRange(first, to - from >> 12);
            window.map(from, range.memory(), range.offsetBytes(), to - from);
            from = to;
        }
        return window;
    }

    @Override
    public void close() {
        machine.close();
    }
}
