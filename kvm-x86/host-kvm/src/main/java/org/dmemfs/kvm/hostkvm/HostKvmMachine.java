package org.dmemfs.kvm.hostkvm;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kvm.MappedEntries;
import org.dmemfs.kvm.MemorySlot;
import org.dmemfs.kvm.MemorySlots;
import org.dmemfs.kvm.VirtualMachine;
import org.dmemfs.kvm.VirtualProcessor;
import org.dmemfs.linux.HostMemory;
import org.dmemfs.linux.KvmSlotFlag;
import org.dmemfs.linux.KvmVirtualMachine;
import org.dmemfs.mm.AddressSpace;
import org.dmemfs.mm.VmFlag;
import org.dmemfs.mm.Vma;
import org.dmemfs.reserve.PhysicalMemory;
import org.dmemfs.tracing.KernelLog;
import org.jspecify.annotations.Nullable;

/** A machine of the host. */
final class HostKvmMachine implements VirtualMachine {
    private final String name;
    private final AddressSpace addressSpace;
    private final HostMemory hostMemory;
    private final KvmVirtualMachine machine;
    private final WindowEntries entries;
    private final KernelLog log;
    private final Consumer<HostKvmMachine> gone;
    private final Windows windows;
    private final AtomicInteger processors = new AtomicInteger();
    private final AtomicReference<@Nullable String> endReason = new AtomicReference<>();
    /** Slots come and go one at a time; taken outside the lock of the windows. */
    private final Object slotChanges = new Object();
    private volatile MemorySlots slots = MemorySlots.none();

    HostKvmMachine(String name, AddressSpace addressSpace, PhysicalMemory physicalMemory, HostMemory hostMemory,
            KvmVirtualMachine machine, WindowEntries entries, KernelLog log, Consumer<HostKvmMachine> gone) {
        this.name = name;
        this.addressSpace = addressSpace;
        this.hostMemory = hostMemory;
        this.machine = machine;
        this.entries = entries;
        this.log = log;
        this.gone = gone;
        this.windows = new Windows(addressSpace, physicalMemory, this::taskGone, this::endWithLine);
        addressSpace.register(windows);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public AddressSpace addressSpace() {
        return addressSpace;
    }

    Windows windows() {
        return windows;
    }

    @Override
    public void addSlot(MemorySlot slot) {
        checkAlive();
        synchronized (slotChanges) {
            MemorySlots more = slots.with(slot);
            SlotWindow window = new SlotWindow(slot, !checkMapped(slot), hostMemory);
            windows.add(window);
            try {
                windows.fill(window, slot.hostVirtualAddress(), slot.hostVirtualAddress() + slot.bytes());
                lend(window);
            } catch (ErrnoException refused) {
                windows.remove(window);
                window.close();
                checkAlive();
                throw refused;
            }
            slots = more;
        }
    }

    @Override
    public void deleteSlot(int slot) {
        checkAlive();
        synchronized (slotChanges) {
            MemorySlots fewer = slots.without(slot);
            machine.deleteMemorySlot(slot);
            slots = fewer;
            for (SlotWindow window : windows.all()) {
                if (window.slot().slot() == slot) {
                    windows.remove(window);
                    window.close();
                }
            }
        }
    }

    @Override
    public void moveSlot(int slot, long guestPhysicalAddress) {
        checkAlive();
        synchronized (slotChanges) {
            MemorySlots moved = slots.moved(slot, guestPhysicalAddress);
            SlotWindow old = window(slot);
            SlotWindow window = old.at(moved.require(slot));
            // taken away and lent anew, so that the log begins anew as well
            machine.deleteMemorySlot(slot);
            windows.replace(old, window);
            slots = moved;
            lend(window);
        }
    }

    @Override
    public void logDirtyPages(int slot, boolean log) {
        checkAlive();
        synchronized (slotChanges) {
            slots.require(slot);
            SlotWindow window = window(slot);
            window.logDirtyPages(log);
            lend(window);
        }
    }

    @Override
    public long[] dirtyLog(int slot) {
        checkAlive();
        synchronized (slotChanges) {
            if (slots.numbered(slot).isEmpty() || !window(slot).logsDirtyPages()) {
                throw new ErrnoException(Errno.ENOENT, "the slot " + slot + " does not exist or does not log");
            }
            return machine.dirtyLog(slot);
        }
    }

    @Override
    public long mapGuestPage(long guestPhysicalAddress) {
        checkAlive();
        throw new ErrnoException(Errno.EOPNOTSUPP,
                "the host's own kernel maps the pages of a real guest; accepted is a guest of the kind tdp");
    }

    private SlotWindow window(int slot) {
        return windows.all().stream().filter(window -> window.slot().slot() == slot).findFirst().orElseThrow();
    }

    private void lend(SlotWindow window) {
        Set<KvmSlotFlag> flags = EnumSet.noneOf(KvmSlotFlag.class);
        if (!window.mayStore()) {
            flags.add(KvmSlotFlag.READ_ONLY);
        }
        if (window.logsDirtyPages()) {
            flags.add(KvmSlotFlag.LOG_DIRTY_PAGES);
        }
        MemorySlot slot = window.slot();
        machine.setMemorySlot(slot.slot(), slot.guestPhysicalAddress(), window.window(), window.start(), slot.bytes(),
                flags);
    }

    @Override
    public List<MemorySlot> slots() {
        checkAlive();
        return slots.all();
    }

    @Override
    public VirtualProcessor createProcessor() {
        checkAlive();
        try {
            return new HostKvmProcessor(this, machine.createVcpu(processors.getAndIncrement()));
        } catch (ErrnoException refused) {
            checkAlive();
            throw refused;
        }
    }

    @Override
    public MappedEntries mappedEntries() {
        checkAlive();
        return entries.count(windows.all());
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

    /** Ends it; whether it was this call that ended it. */
    private boolean end(String reason) {
        if (!endReason.compareAndSet(null, reason)) {
            return false;
        }
        addressSpace.unregister(windows);
        giveBack();
        return true;
    }

    /** Called by the notifier, so nothing here waits for a lock of the address space. */
    private void taskGone() {
        if (endReason.compareAndSet(null, "the task whose memory it ran on has exited")) {
            giveBack();
        }
    }

    private void giveBack() {
        machine.close();
        windows.close();
        gone.accept(this);
    }

    void checkAlive() {
        String reason = endReason.get();
        if (reason != null) {
            throw new ErrnoException(Errno.ENODEV, "the machine " + name + " has ended: " + reason);
        }
    }

    /** Whether all of the range may be stored to. */
    private boolean checkMapped(MemorySlot slot) {
        boolean writable = true;
        long end = slot.hostVirtualAddress() + slot.bytes();
        for (long at = slot.hostVirtualAddress(); at < end;) {
            Vma vma = addressSpace.findVma(at);
            if (vma == null) {
                throw new ErrnoException(Errno.EFAULT,
                        "nothing is mapped at host virtual address 0x%x of slot %s".formatted(at, slot));
            }
            writable &= vma.has(VmFlag.WRITE);
            at = vma.end();
        }
        return writable;
    }
}
