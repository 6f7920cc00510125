package org.dmemfs.bench;

import java.util.Set;
import org.dmemfs.felix.MachineOptions;
import org.dmemfs.felix.Option;
import org.dmemfs.felix.launcher.FelixMachine;
import org.dmemfs.fs.Dmemfs;
import org.dmemfs.fs.Mount;
import org.dmemfs.fs.OpenFile;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.mm.AddressSpace;
import org.dmemfs.mm.AddressSpaces;
import org.dmemfs.mm.MapFlag;
import org.dmemfs.mm.Protection;
import org.dmemfs.mm.Task;

/** A machine whose dmem is one region, with a dmemfs, one file in it and one task that maps the file. */
final class MappedFile implements AutoCloseable {
    private static final Set<Protection> READ_WRITE = Set.of(Protection.READ, Protection.WRITE);

    private final FelixMachine machine;
    private final Mount mount;
    private final OpenFile file;
    private final long bytes;
    private final Task task;
    private long address;

    private MappedFile(FelixMachine machine, PageSize pageSize, long bytes) {
        this.machine = machine;
        this.bytes = bytes;
        this.mount = machine.service(Dmemfs.class).mount("/mnt/bench", "pagesize=" + pageSize.label());
        this.file = mount.create("/memory");
        file.truncate(bytes);
        this.task = machine.service(AddressSpaces.class).newTask("bench", 0);
        map();
    }

    static MappedFile of(String machine, String dmem, String memory, PageSize pageSize, long bytes) {
        FelixMachine booted = Assembled.boot(MachineOptions.initial().with(Option.MACHINE, machine)
                .with(Option.CMDLINE, "dmem=" + dmem).with(Option.MEMORY, memory)
                .with(Option.PAGESIZE, pageSize.label()));
        try {
            return new MappedFile(booted, pageSize, bytes);
        } catch (RuntimeException refused) {
            booted.close();
            throw refused;
        }
    }

    /** The file is mapped anew: nothing of the old mapping is left, and the file keeps its dpages. */
    void map() {
        if (address != 0) {
            task.addressSpace().munmap(address, bytes);
        }
        address = task.addressSpace().mmap(0, bytes, READ_WRITE, Set.of(MapFlag.SHARED), file, 0);
    }

    /** Has the task touch every page once. */
    void touchAll() {
        long step = mount.pageSize().bytes();
        for (long offset = 0; offset < bytes; offset += step) {
            task.addressSpace().fixupUserFault(address + offset, true);
        }
    }

    /** The same with no two neighbouring pages of the file on neighbouring dpages: first the even ones come, then the odd. */
    void touchAllApart() {
        long step = mount.pageSize().bytes();
        for (long first = 0; first < 2 * step; first += step) {
            for (long offset = first; offset < bytes; offset += 2 * step) {
                task.addressSpace().fixupUserFault(address + offset, true);
            }
        }
    }

    AddressSpace memory() {
        return task.addressSpace();
    }

    Task task() {
        return task;
    }

    Mount mount() {
        return mount;
    }

    OpenFile file() {
        return file;
    }

    long address() {
        return address;
    }

    long bytes() {
        return bytes;
    }

    FelixMachine machine() {
        return machine;
    }

    @Override
    public void close() {
        machine.close();
    }
}
