package org.dmemfs.fs.fs;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.dmemfs.kernel.MemoryPolicy;
import org.dmemfs.mm.AddressSpace;
import org.dmemfs.mm.BusSignal;
import org.dmemfs.mm.Task;

/** A task of which a file system sees no more than its name, its node and its signals. */
record PlainTask(String name, int pid, int node, List<BusSignal> delivered) implements Task {
    PlainTask(String name) {
        this(name, 1, 0, new CopyOnWriteArrayList<>());
    }

    @Override
    public AddressSpace addressSpace() {
        throw new UnsupportedOperationException("the file system asks no task for its memory");
    }

    @Override
    public MemoryPolicy policy() {
        return MemoryPolicy.systemDefault();
    }

    @Override
    public void setMempolicy(MemoryPolicy policy) {
        throw new UnsupportedOperationException("the file system sets no policy");
    }

    @Override
    public boolean machineCheckEarly() {
        return false;
    }

    @Override
    public void prctlMachineCheckEarly(boolean early) {
        throw new UnsupportedOperationException("the file system does not change tasks");
    }

    @Override
    public void deliver(BusSignal signal) {
        delivered.add(signal);
    }

    @Override
    public List<BusSignal> signals() {
        return List.copyOf(delivered);
    }

    @Override
    public boolean alive() {
        return true;
    }

    @Override
    public void close() {
    }
}
