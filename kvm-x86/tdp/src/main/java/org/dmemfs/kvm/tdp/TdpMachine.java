package org.dmemfs.kvm.tdp;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kvm.MappedEntries;
import org.dmemfs.kvm.MemorySlot;
import org.dmemfs.kvm.VirtualMachine;
import org.dmemfs.kvm.VirtualProcessor;
import org.dmemfs.mm.AddressSpace;
import org.dmemfs.mm.Vma;
import org.dmemfs.tracing.KernelLog;
import org.jspecify.annotations.Nullable;

/** A machine of interpreted processors. */
final class TdpMachine implements VirtualMachine {
    private final String name;
    private final AddressSpace addressSpace;
    private final Platform platform;
    private final KernelLog log;
    private final Consumer<TdpMachine> gone;
    private final Mmu mmu;
    private final List<TdpProcessor> processors = new CopyOnWriteArrayList<>();
    private final AtomicReference<@Nullable String> endReason = new AtomicReference<>();

    TdpMachine(String name, AddressSpace addressSpace, Platform platform, KernelLog log,
            Consumer<TdpMachine> gone) {
        this.name = name;
        this.addressSpace = addressSpace;
        this.platform = platform;
        this.log = log;
        this.gone = gone;
        this.mmu = new Mmu(addressSpace, platform.mmioFrames(), platform.mappingSize(), this::taskGone,
                this::endWithLine);
        addressSpace.register(mmu);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public AddressSpace addressSpace() {
        return addressSpace;
    }

    @Override
    public void addSlot(MemorySlot slot) {
        checkAlive();
        mmu.addSlot(slot, this::checkMapped);
    }

    @Override
    public void deleteSlot(int slot) {
        checkAlive();
        mmu.deleteSlot(slot);
    }

    @Override
    public void moveSlot(int slot, long guestPhysicalAddress) {
        checkAlive();
        mmu.moveSlot(slot, guestPhysicalAddress);
    }

    @Override
    public void logDirtyPages(int slot, boolean log) {
        checkAlive();
        mmu.logDirtyPages(slot, log);
    }

    @Override
    public long[] dirtyLog(int slot) {
        checkAlive();
        return mmu.dirtyLog(slot);
    }

    @Override
    public long mapGuestPage(long guestPhysicalAddress) {
        checkAlive();
        return mmu.onFrame(guestPhysicalAddress, true, platform.hypervisorMap()::addressOf);
    }

    @Override
    public List<MemorySlot> slots() {
        checkAlive();
        return mmu.slots();
    }

    @Override
    public VirtualProcessor createProcessor() {
        checkAlive();
        TdpProcessor processor = new TdpProcessor(this, mmu, platform.bootTables(), platform.physicalMemory(),
                new StealTime(mmu, platform.hypervisorMap(), platform.physicalMemory().bytes(),
                        platform.runDelayNanoseconds()));
        processors.add(processor);
        return processor;
    }

    @Override
    public MappedEntries mappedEntries() {
        checkAlive();
        return mmu.entries();
    }

    @Override
    public Optional<String> endReason() {
        return Optional.ofNullable(endReason.get());
    }

    @Override
    public void close() {
        end("it was closed");
    }

    /** Ends it as what it stands on ends, and says so in one line. */
    void endWithLine(String reason) {
        if (end(reason)) {
            log.info("kvm: machine " + name + " ended: " + reason);
        }
    }

    /** Ends it, and returns when no processor runs; whether it was this call that ended it. */
    private boolean end(String reason) {
        if (!endReason.compareAndSet(null, reason)) {
            return false;
        }
        mmu.close();
        processors.forEach(TdpProcessor::awaitIdle);
        addressSpace.unregister(mmu);
        gone.accept(this);
        return true;
    }

    /** The task's memory has gone: called by the notifier, so nothing here waits for a lock of the address space. */
    private void taskGone() {
        if (endReason.compareAndSet(null, "the task whose memory it ran on has exited")) {
            mmu.close();
            gone.accept(this);
        }
    }

    boolean hasEnded() {
        return endReason.get() != null;
    }

    void checkAlive() {
        String reason = endReason.get();
        if (reason != null) {
            throw new ErrnoException(Errno.ENODEV, "the machine " + name + " has ended: " + reason);
        }
    }

    private void checkMapped(MemorySlot slot) {
        long end = slot.hostVirtualAddress() + slot.bytes();
        for (long at = slot.hostVirtualAddress(); at < end;) {
            Vma vma = addressSpace.findVma(at);
            if (vma == null) {
                throw new ErrnoException(Errno.EFAULT,
                        "nothing is mapped at host virtual address 0x%x of slot %s".formatted(at, slot));
            }
            at = vma.end();
        }
    }
}
