package org.dmemfs.mce.memoryfailure;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.dmemfs.kernel.MemoryPolicy;
import org.dmemfs.mm.AddressSpace;
import org.dmemfs.mm.BusSignal;
import org.dmemfs.mm.Task;

/** A task as far as signals need one. */
record ListedTask(String name, int pid, boolean machineCheckEarly, List<BusSignal> delivered) implements Task {
    ListedTask(String name, int pid, boolean machineCheckEarly) {
        this(name, pid, machineCheckEarly, new CopyOnWriteArrayList<>());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ListedTask task && task.pid == pid;
    }

    @Override
    public int hashCode() {
        return pid;
    }

    @Override
    public int node() {
        return 0;
    }

    @Override
    public AddressSpace addressSpace() {
        throw new UnsupportedOperationException("signals need no memory");
    }

    @Override
    public MemoryPolicy policy() {
        return MemoryPolicy.systemDefault();
    }

    @Override
    public void setMempolicy(MemoryPolicy policy) {
        throw new UnsupportedOperationException("signals set no policy");
    }

    @Override
    public void prctlMachineCheckEarly(boolean early) {
        throw new UnsupportedOperationException("signals do not change tasks");
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
