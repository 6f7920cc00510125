package org.dmemfs.kvm.tdp;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.locks.ReentrantLock;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kvm.Exit;
import org.dmemfs.kvm.Registers;
import org.dmemfs.kvm.VirtualProcessor;
import org.dmemfs.reserve.PhysicalMemory;
import org.jspecify.annotations.Nullable;

/** A processor whose instructions are interpreted in the thread that runs it. */
final class TdpProcessor implements VirtualProcessor {
    private final TdpMachine machine;
    private final Mmu mmu;
    private final Shootdown shootdown;
    private final Shootdown.Presence presence;
    private final SecondLevelMiss miss = new SecondLevelMiss();
    private final Translation translation;
    private final GuestMemory memory;
    private final Interpreter interpreter;
    private final StealTime stealTime;
    private final ReentrantLock owner = new ReentrantLock();

    TdpProcessor(TdpMachine machine, Mmu mmu, MemorySegment bootTables, PhysicalMemory physicalMemory,
            StealTime stealTime) {
        this.machine = machine;
        this.mmu = mmu;
        this.stealTime = stealTime;
        this.shootdown = mmu.shootdown();
        this.presence = shootdown.join();
        this.translation = new Translation(mmu, bootTables, this::resolve);
        this.memory = new GuestMemory(translation, physicalMemory.bytes(), physicalMemory.poisoned());
        this.interpreter = new Interpreter(memory);
    }

    @Override
    public Registers registers() {
        acquire();
        try {
            return interpreter.registers();
        } finally {
            owner.unlock();
        }
    }

    @Override
    public void setRegisters(Registers registers) {
        acquire();
        try {
            interpreter.setRegisters(registers);
        } finally {
            owner.unlock();
        }
    }

    @Override
    public void enableStealTime(long guestPhysicalAddress) {
        acquire();
        try {
            stealTime.enable(guestPhysicalAddress);
        } finally {
            owner.unlock();
        }
    }

    @Override
    public Exit run() {
        acquire();
        try {
            stealTime.update();
            // the bytes of its code may have been changed from outside
            interpreter.forget();
            enter();
            while (true) {
                Exit exit = runInGuest();
                if (exit != null) {
                    return exit;
                }
                machine.checkAlive();
            }
        } finally {
            presence.leave();
            owner.unlock();
        }
    }

    /** Waits until no thread runs the processor. */
    void awaitIdle() {
        owner.lock();
        try {
            presence.leave();
        } finally {
            owner.unlock();
        }
    }

    /** Runs until something has to be done outside: an exit, or null where the guest goes on after it. */
    private @Nullable Exit runInGuest() {
        try {
            while (!presence.outdated(shootdown)) {
                Exit exit = interpreter.step();
                if (exit != null) {
                    return exit;
                }
            }
            enter();
            return null;
        } catch (SecondLevelMiss unanswered) {
            return outside(unanswered.exit());
        } catch (GuestException exception) {
            return new Exit.Shutdown(String.valueOf(exception.getMessage()));
        } catch (ErrnoException failure) {
            return memoryError(failure);
        }
    }

    private void enter() {
        if (presence.enter(shootdown)) {
            translation.flush();
            interpreter.forget();
        }
    }

    /** A second-level fault within an instruction, which goes on where it can. */
    private void resolve(long guestPhysicalAddress, boolean write, Mmu.Filled filled) {
        presence.leave();
        Exit exit = machine.hasEnded() ? null : mmu.resolve(guestPhysicalAddress, write, filled);
        if (exit != null || machine.hasEnded()) {
            throw miss.as(exit);
        }
        enter();
        if (filled.generation != presence.seen()) {
            // it may have gone again
            filled.leaf = 0;
        }
    }

    private @Nullable Exit outside(@Nullable Exit exit) {
        machine.checkAlive();
        if (exit instanceof Exit.Mmio mmio) {
            interpreter.finishMmio(mmio.write());
        }
        enter();
        return exit;
    }

    private @Nullable Exit memoryError(ErrnoException failure) {
        long guestPhysicalAddress = translation.guestPhysical(memory.lastAddress());
        presence.leave();
        machine.checkAlive();
        Exit exit = failure.errno() == Errno.EHWPOISON
                ? mmu.poisoned(guestPhysicalAddress)
                : new Exit.Fault(failure.errno() + ": " + failure.getMessage());
        enter();
        return exit;
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
