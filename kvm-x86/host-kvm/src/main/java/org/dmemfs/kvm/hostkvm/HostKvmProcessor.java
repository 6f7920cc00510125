package org.dmemfs.kvm.hostkvm;

import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantLock;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kvm.BootPageTables;
import org.dmemfs.kvm.Exit;
import org.dmemfs.kvm.Registers;
import org.dmemfs.kvm.VirtualProcessor;
import org.dmemfs.linux.KvmExit;
import org.dmemfs.linux.KvmRegister;
import org.dmemfs.linux.KvmRegisters;
import org.dmemfs.linux.KvmVcpu;
import org.jspecify.annotations.Nullable;

/** A processor of the host. */
final class HostKvmProcessor implements VirtualProcessor {
    private final HostKvmMachine machine;
    private final KvmVcpu vcpu;
    private final MissingMemory missingMemory;
    private final ReentrantLock owner = new ReentrantLock();
    /** Whether the host ends the instruction of the last exit only when it is entered again. */
    private boolean unfinished;

    HostKvmProcessor(HostKvmMachine machine, KvmVcpu vcpu) {
        this.machine = machine;
        this.vcpu = vcpu;
        this.missingMemory = new MissingMemory(machine.windows());
        set(KvmRegisters.zero());
    }

    @Override
    public Registers registers() {
        acquire();
        try {
            finish();
            KvmRegisters values = vcpu.registers();
            return new Registers(values.get(KvmRegister.RAX), values.get(KvmRegister.RBX), values.get(KvmRegister.RCX),
                    values.get(KvmRegister.RDX), values.get(KvmRegister.RSI), values.get(KvmRegister.RDI),
                    values.get(KvmRegister.RIP));
        } finally {
            owner.unlock();
        }
    }

    @Override
    public void setRegisters(Registers registers) {
        acquire();
        try {
            finish();
            set(vcpu.registers().with(KvmRegister.RAX, registers.rax())
                    .with(KvmRegister.RBX, registers.rbx()).with(KvmRegister.RCX, registers.rcx())
                    .with(KvmRegister.RDX, registers.rdx()).with(KvmRegister.RSI, registers.rsi())
                    .with(KvmRegister.RDI, registers.rdi()).with(KvmRegister.RIP, registers.rip()));
        } finally {
            owner.unlock();
        }
    }

    @Override
    public void enableStealTime(long guestPhysicalAddress) {
        acquire();
        try {
            if (machine.windows().at(guestPhysicalAddress) == null) {
                throw new ErrnoException(Errno.EINVAL,
                        "no slot has the guest physical address 0x%x".formatted(guestPhysicalAddress));
            }
            vcpu.enableStealTime(guestPhysicalAddress);
        } finally {
            owner.unlock();
        }
    }

    @Override
    public Exit run() {
        acquire();
        try {
            while (true) {
                KvmExit exit = vcpu.run();
                unfinished = false;
                Exit answer = answer(exit);
                if (answer != null) {
                    return answer;
                }
                machine.checkAlive();
            }
        } catch (ErrnoException failure) {
            machine.checkAlive();
            throw failure;
        } finally {
            owner.unlock();
        }
    }

    private @Nullable Exit answer(KvmExit exit) {
        return switch (exit) {
            case KvmExit.Io io -> port(io);
            case KvmExit.Mmio mmio -> {
                if (!mmio.write()) {
                    vcpu.answer(-1);
                }
                unfinished = true;
                SlotWindow window = machine.windows().at(mmio.guestPhysicalAddress());
                yield window != null && window.storesRefused() && !window.slot().readOnly()
                        ? new Exit.Fault(Errno.EFAULT + ": the mapping behind guest physical address 0x%x is read-only"
                                .formatted(mmio.guestPhysicalAddress()))
                        : new Exit.Mmio(mmio.guestPhysicalAddress(), mmio.write());
            }
            case KvmExit.Halt() -> new Exit.Halt();
            case KvmExit.Shutdown() -> new Exit.Shutdown("an exception without a handler (triple fault)");
            case KvmExit.Fault(OptionalLong where) -> missingMemory.answer(where, vcpu.registers());
            case KvmExit.Poison poison -> new Exit.Poison(
                    machine.windows().hostVirtualAddress(poison.guestPhysicalAddress()), poison.addressLsb());
            case KvmExit.Interrupted() -> null;
            case KvmExit.Failed(String sentence) -> new Exit.Shutdown(sentence);
        };
    }

    /** No device answers: a read gives all ones, and the guest runs on. */
    private @Nullable Exit port(KvmExit.Io io) {
        unfinished = true;
        if (io.direction() == KvmExit.Direction.IN) {
            vcpu.answer(-1);
            return null;
        }
        return new Exit.PortWrite(io.port(), io.size(), io.value());
    }

    /** Enters the host without running the guest: the instruction pointer moves on. */
    private void finish() {
        if (unfinished) {
            vcpu.interrupt();
            KvmExit exit = vcpu.run();
            unfinished = false;
            if (!(exit instanceof KvmExit.Interrupted)) {
                throw new ErrnoException(Errno.EIO, "the host ended the last exit with " + exit);
            }
        }
    }

    /** The mode comes last, as it sets flags. */
    private void set(KvmRegisters registers) {
        vcpu.setRegisters(registers);
        vcpu.enterLongModeUser(BootPageTables.root(), BootPageTables.taskStateSegment());
    }

    private void acquire() {
        machine.checkAlive();
        if (owner.isHeldByCurrentThread() || !owner.tryLock()) {
            throw new ErrnoException(Errno.EBUSY, "the processor runs in another thread");
        }
        try {
            machine.checkAlive();
        } catch (ErrnoException ended) {
            owner.unlock();
            throw ended;
        }
    }
}
