package org.dmemfs.mm.mm;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.dmemfs.kernel.MemoryPolicy;
import org.dmemfs.mm.BusSignal;
import org.dmemfs.mm.SignalException;
import org.dmemfs.mm.Task;
import org.dmemfs.tracing.KernelLog;

/** A task and its address space. */
final class ProcessTask implements Task {
    private final Platform platform;
    private final int pid;
    private final String name;
    private final int node;
    private final Consumer<ProcessTask> onExit;
    private final ProcessAddressSpace addressSpace;
    private final Queue<BusSignal> signals = new ConcurrentLinkedQueue<>();
    private volatile MemoryPolicy policy = MemoryPolicy.systemDefault();
    private volatile boolean machineCheckEarly;

    ProcessTask(Platform platform, int pid, String name, int node, Consumer<ProcessTask> onExit) {
        this.platform = platform;
        this.pid = pid;
        this.name = name;
        this.node = node;
        this.onExit = onExit;
        this.addressSpace = new ProcessAddressSpace(new MemoryDescriptor(platform, this));
    }

    @Override
    public int pid() {
        return pid;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int node() {
        return node;
    }

    @Override
    public ProcessAddressSpace addressSpace() {
        return addressSpace;
    }

    @Override
    public MemoryPolicy policy() {
        return policy;
    }

    @Override
    public void setMempolicy(MemoryPolicy newPolicy) {
        policy = newPolicy;
    }

    @Override
    public boolean machineCheckEarly() {
        return machineCheckEarly;
    }

    @Override
    public void prctlMachineCheckEarly(boolean early) {
        machineCheckEarly = early;
    }

    @Override
    public void deliver(BusSignal signal) {
        signals.add(signal);
    }

    @Override
    public List<BusSignal> signals() {
        return List.copyOf(signals);
    }

    @Override
    public boolean alive() {
        return addressSpace.alive();
    }

    @Override
    public void close() {
        if (addressSpace.exit()) {
            onExit.accept(this);
        }
    }

    @SuppressWarnings("ReferenceEquality") // the machine, not one that equals it
    boolean isOn(Platform machine) {
        return platform == machine;
    }

    /** A modelled oops in a call of this task, once its locks are released: log lines, and the end of the task. */
    SignalException oopsed(KernelOops oops, long virtualAddress) {
        platform.log().print(KernelLog.Level.ALERT, oops.line());
        platform.log().print(KernelLog.Level.ALERT,
                "RIP: %s; Comm: %s PID: %d; the task is killed".formatted(oops.function(), name, pid));
        return end(virtualAddress, oops.line());
    }

    /** The end of the task by a decision of the kernel, told in the log. */
    SignalException killed(long virtualAddress, String line) {
        platform.log().error(line);
        return end(virtualAddress, line);
    }

    private SignalException end(long virtualAddress, String why) {
        BusSignal signal = new BusSignal(BusSignal.Kind.KILLED, virtualAddress, 0);
        deliver(signal);
        close();
        return new SignalException(signal, why);
    }

    @Override
    public String toString() {
        return name + "[" + pid + "]";
    }
}
