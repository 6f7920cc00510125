package org.dmemfs.linux.native_;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.locks.ReentrantLock;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.linux.KvmExit;
import org.dmemfs.linux.KvmRegister;
import org.dmemfs.linux.KvmRegisters;
import org.dmemfs.linux.KvmVcpu;
import org.jspecify.annotations.Nullable;

/** A processor's descriptor and the structure it shares with the host. */
final class KvmProcessor implements KvmVcpu {
    private static final int PROT_READ_WRITE = 3;
    private static final int MAP_SHARED = 1;
    /** I/O privilege level 3 and the bit that is always set. */
    private static final long RFLAGS_IO_ALLOWED = 0x3002;

    private static final int STEAL_TIME_BYTES = 64;
    /** The structure kvm_msrs with one entry. */
    private static final int MSRS_BYTES = 24;
    private static final int MSR_INDEX = 8;
    private static final int MSR_DATA = 16;
    private static final int MSR_KVM_STEAL_TIME = 0x4b564d03;

    private final LibC libc;
    private final MemorySlots slots;
    private final int id;
    private final int descriptor;
    private final long sharedAddress;
    private final long sharedBytes;
    private final Arena arena = Arena.ofShared();
    private final KvmRunLayout shared;
    private final GuestEntry entry;
    /** The turn of the one thread that works with the processor. */
    private final ReentrantLock turn = new ReentrantLock();
    /** Orders interrupts against the end of the shared structure. */
    private final Object kick = new Object();
    private volatile boolean closing;
    private boolean closed;
    private KvmRunLayout.@Nullable PendingRead pending;

    private KvmProcessor(LibC libc, MemorySlots slots, int id, int descriptor, long sharedAddress, long sharedBytes) {
        this.libc = libc;
        this.slots = slots;
        this.id = id;
        this.descriptor = descriptor;
        this.sharedAddress = sharedAddress;
        this.sharedBytes = sharedBytes;
        this.shared = new KvmRunLayout(libc.segment(sharedAddress, sharedBytes, arena));
        this.entry = new GuestEntry(libc, descriptor, arena);
    }

    /** Takes over the descriptor, which is closed on failure. */
    static KvmProcessor open(LibC libc, MemorySlots slots, int id, int descriptor, long sharedBytes,
            MemorySegment cpuid) {
        long address = libc.mmap(0, sharedBytes, PROT_READ_WRITE, MAP_SHARED, descriptor, 0);
        if (address < 0) {
            libc.close(descriptor);
            throw HostAnswer.failure(address, "mmap of the structure kvm_run");
        }
        long answer = KvmRequest.SET_CPUID2.call(libc, descriptor, cpuid.address());
        if (answer < 0) {
            libc.munmap(address, sharedBytes);
            libc.close(descriptor);
            throw HostAnswer.failure(answer, "KVM_SET_CPUID2");
        }
        return new KvmProcessor(libc, slots, id, descriptor, address, sharedBytes);
    }

    @Override
    public int id() {
        return id;
    }

    @Override
    public KvmRegisters registers() {
        takeTurn();
        try (Arena local = Arena.ofConfined()) {
            return read(local);
        } finally {
            turn.unlock();
        }
    }

    @Override
    public void setRegisters(KvmRegisters registers) {
        takeTurn();
        try (Arena local = Arena.ofConfined()) {
            write(registers, local);
        } finally {
            turn.unlock();
        }
    }

    @Override
    public void enterLongModeUser(long pageTableRoot) {
        enterLongModeUser(pageTableRoot, 0);
    }

    @Override
    public void enterLongModeUser(long pageTableRoot, long taskStateSegment) {
        Extent.aligned("the page table root", pageTableRoot, PageSize.SIZE_4K);
        takeTurn();
        try (Arena local = Arena.ofConfined()) {
            SpecialRegisters special = special(local);
            special.longModeUser(pageTableRoot, taskStateSegment);
            set(special);
            write(read(local).with(KvmRegister.RFLAGS, RFLAGS_IO_ALLOWED), local);
        } finally {
            turn.unlock();
        }
    }

    @Override
    public void enterRealMode() {
        takeTurn();
        try (Arena local = Arena.ofConfined()) {
            SpecialRegisters special = special(local);
            special.realMode();
            set(special);
        } finally {
            turn.unlock();
        }
    }

    @Override
    public void enableStealTime(long guestPhysicalAddress) {
        if (guestPhysicalAddress < 0 || guestPhysicalAddress % STEAL_TIME_BYTES != 0) {
            throw new ErrnoException(Errno.EINVAL,
                    "the guest physical address 0x%x of the steal time is not a multiple of 64"
                            .formatted(guestPhysicalAddress));
        }
        takeTurn();
        try (Arena local = Arena.ofConfined()) {
            MemorySegment registers = local.allocate(MSRS_BYTES, Long.BYTES);
            registers.set(JAVA_INT, 0, 1);
            registers.set(JAVA_INT, MSR_INDEX, MSR_KVM_STEAL_TIME);
            registers.set(JAVA_LONG, MSR_DATA, guestPhysicalAddress | 1);
            if (KvmRequest.SET_MSRS.call(libc, descriptor, registers.address()) != 1) {
                throw new ErrnoException(Errno.EOPNOTSUPP, "the host keeps no steal time for its guests");
            }
        } finally {
            turn.unlock();
        }
    }

    @Override
    public KvmExit run() {
        if (Thread.currentThread().isVirtual()) {
            throw new ErrnoException(Errno.EINVAL,
                    "processor " + id + " does not run on a virtual thread; accepted is a platform thread");
        }
        takeTurn();
        try {
            KvmExit exit = leaveGuest();
            pending = shared.pendingRead(exit);
            return exit;
        } finally {
            turn.unlock();
        }
    }

    @Override
    public void answer(long value) {
        takeTurn();
        try {
            if (pending == null) {
                throw new ErrnoException(Errno.EINVAL, "processor " + id
                        + " waits for no answer; accepted is one after an IN or a read of device memory");
            }
            shared.answer(pending, value);
        } finally {
            turn.unlock();
        }
    }

    @Override
    public void interrupt() {
        synchronized (kick) {
            if (closed) {
                throw gone();
            }
            shared.setImmediateExit(true);
            entry.kick();
        }
    }

    @Override
    public void close() {
        synchronized (kick) {
            if (closed) {
                return;
            }
            closing = true;
            shared.setImmediateExit(true);
            entry.kick();
        }
        turn.lock();
        try {
            synchronized (kick) {
                if (!closed) {
                    closed = true;
                    arena.close();
                    libc.munmap(sharedAddress, sharedBytes);
                    libc.close(descriptor);
                }
            }
        } finally {
            turn.unlock();
        }
    }

    private KvmExit leaveGuest() {
        while (true) {
            long answer = entry.run();
            if (answer >= 0) {
                return shared.exit();
            }
            if (HostAnswer.is(answer, Errno.EINTR)) {
                GuestEntry.PoisonedAddress poisoned = entry.poisoned();
                if (poisoned != null) {
                    return slots.poisoned(poisoned);
                }
                if (takeInterrupt()) {
                    return new KvmExit.Interrupted();
                }
                // A late kick, or a signal of the JVM's own: the guest goes on.
            } else if (HostAnswer.is(answer, Errno.EFAULT)) {
                return shared.fault();
            } else {
                throw HostAnswer.failure(answer, "KVM_RUN of processor " + id);
            }
        }
    }

    private boolean takeInterrupt() {
        synchronized (kick) {
            boolean wanted = shared.immediateExit();
            shared.setImmediateExit(closing);
            return wanted;
        }
    }

    private void takeTurn() {
        if (!turn.tryLock()) {
            throw new ErrnoException(Errno.EBUSY, "processor " + id + " works for another thread");
        }
        if (closing) {
            turn.unlock();
            throw gone();
        }
    }

    private ErrnoException gone() {
        return new ErrnoException(Errno.ENODEV, "processor " + id + " is closed");
    }

    private KvmRegisters read(Arena local) {
        MemorySegment values = registerRoom(local);
        HostAnswer.check(KvmRequest.GET_REGS.call(libc, descriptor, values.address()), "KVM_GET_REGS");
        KvmRegisters registers = KvmRegisters.zero();
        for (KvmRegister register : KvmRegister.values()) {
            registers = registers.with(register, values.getAtIndex(JAVA_LONG, register.ordinal()));
        }
        return registers;
    }

    private void write(KvmRegisters registers, Arena local) {
        MemorySegment values = registerRoom(local);
        for (KvmRegister register : KvmRegister.values()) {
            values.setAtIndex(JAVA_LONG, register.ordinal(), registers.get(register));
        }
        HostAnswer.check(KvmRequest.SET_REGS.call(libc, descriptor, values.address()), "KVM_SET_REGS");
    }

    private static MemorySegment registerRoom(Arena local) {
        return local.allocate(JAVA_LONG, KvmRegister.values().length);
    }

    private SpecialRegisters special(Arena local) {
        SpecialRegisters special = SpecialRegisters.allocate(local);
        HostAnswer.check(KvmRequest.GET_SREGS.call(libc, descriptor, special.address()), "KVM_GET_SREGS");
        return special;
    }

    private void set(SpecialRegisters special) {
        HostAnswer.check(KvmRequest.SET_SREGS.call(libc, descriptor, special.address()), "KVM_SET_SREGS");
    }
}
