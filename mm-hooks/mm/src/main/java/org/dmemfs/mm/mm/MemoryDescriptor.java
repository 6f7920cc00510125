package org.dmemfs.mm.mm;

import java.util.concurrent.locks.StampedLock;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;

/**
 * The state of one address space ({@code mm_struct}). The VMAs change under the write side of the mmap lock; a fault holds
 * the read side. A {@link StampedLock}, because its read side makes no garbage; it is not reentrant.
 */
final class MemoryDescriptor {
    private final Platform platform;
    private final ProcessTask task;
    private final PageTable pageTable;
    private final Processors processors;
    private final Notifiers notifiers = new Notifiers();
    private final FaultCounters counters = new FaultCounters();
    private final StampedLock mmapLock = new StampedLock();
    private volatile VmaTree vmas = VmaTree.EMPTY;
    private volatile boolean exited;

    MemoryDescriptor(Platform platform, ProcessTask task) {
        this.platform = platform;
        this.task = task;
        this.pageTable = new PageTable(platform.tables(), platform.levels());
        this.processors = new Processors(() -> new PendingFault(this));
        if (!pageTable.create()) {
            throw new ErrnoException(Errno.ENOMEM,
                    "no frame is left for the page table of task " + task.name() + ": the kernel's RAM has none");
        }
    }

    Platform platform() {
        return platform;
    }

    ProcessTask task() {
        return task;
    }

    PageTable pageTable() {
        return pageTable;
    }

    Processors processors() {
        return processors;
    }

    Notifiers notifiers() {
        return notifiers;
    }

    FaultCounters counters() {
        return counters;
    }

    StampedLock mmapLock() {
        return mmapLock;
    }

    VmaTree vmas() {
        return vmas;
    }

    void setVmas(VmaTree changed) {
        vmas = changed;
    }

    boolean exited() {
        return exited;
    }

    void markExited() {
        exited = true;
    }

    void requireAlive() {
        if (exited) {
            throw new ErrnoException(Errno.ENODEV, "task " + task.name() + "[" + task.pid() + "] has exited");
        }
    }
}
