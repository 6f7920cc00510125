package org.dmemfs.linux.native_;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.linux.HostKvm;
import org.dmemfs.linux.KvmVirtualMachine;

/** The host's /dev/kvm, open. Machines live on after its close, as they have descriptors of their own. */
final class KvmDevice implements HostKvm, AutoCloseable {
    /** Where a Linux host has it. */
    static final String PATH = "/dev/kvm";

    private static final int O_RDWR_CLOEXEC = 0x80002;
    private static final int API_VERSION = 12;
    private static final int KVM_CAP_NR_MEMSLOTS = 10;
    private static final int KVM_CAP_READONLY_MEM = 81;
    private static final int KVM_CAP_IMMEDIATE_EXIT = 136;
    private static final int CPUID_ENTRIES = 256;
    private static final int CPUID_HEADER_BYTES = 8;
    private static final int CPUID_ENTRY_BYTES = 40;

    private final LibC libc;
    private final KvmLimits limits;
    /** Held over every use of the descriptor. */
    private final Object lock = new Object();
    private final int descriptor;
    private boolean closed;

    private KvmDevice(LibC libc, int descriptor, KvmLimits limits) {
        this.libc = libc;
        this.descriptor = descriptor;
        this.limits = limits;
    }

    /**
     * Opens the device and makes a machine with it.
     *
     * @throws ErrnoException where the host has no KVM that serves, with why
     */
    static KvmDevice pass(String path) {
        if (!System.getProperty("os.arch").equals("amd64")) {
            throw new ErrnoException(Errno.ENOSYS, "the host is " + System.getProperty("os.arch") + ", not amd64");
        }
        LibC libc = new LibC();
        int descriptor = (int) HostAnswer.check(libc.open(path, O_RDWR_CLOEXEC), path);
        KvmDevice device;
        try {
            device = new KvmDevice(libc, descriptor, limits(libc, descriptor, path));
        } catch (ErrnoException refused) {
            libc.close(descriptor);
            throw refused;
        }
        try (KvmVirtualMachine machine = device.createVirtualMachine();
                var processor = machine.createVcpu(0)) {
            processor.registers();
            return device;
        } catch (ErrnoException refused) {
            device.close();
            throw refused;
        }
    }

    private static KvmLimits limits(LibC libc, int descriptor, String path) {
        long version = HostAnswer.check(KvmRequest.GET_API_VERSION.call(libc, descriptor, 0),
                "KVM_GET_API_VERSION of " + path);
        if (version != API_VERSION) {
            throw new ErrnoException(Errno.ENOSYS, path + " speaks API version " + version + ", not " + API_VERSION);
        }
        require(libc, descriptor, KVM_CAP_READONLY_MEM, "read-only memory slots");
        require(libc, descriptor, KVM_CAP_IMMEDIATE_EXIT, "immediate exit");
        long slots = require(libc, descriptor, KVM_CAP_NR_MEMSLOTS, "memory slots");
        long sharedBytes = HostAnswer.check(KvmRequest.GET_VCPU_MMAP_SIZE.call(libc, descriptor, 0),
                "KVM_GET_VCPU_MMAP_SIZE");
        MemorySegment cpuid = Arena.ofAuto().allocate(CPUID_HEADER_BYTES + CPUID_ENTRIES * CPUID_ENTRY_BYTES,
                Long.BYTES);
        cpuid.set(JAVA_INT, 0, CPUID_ENTRIES);
        HostAnswer.check(KvmRequest.GET_SUPPORTED_CPUID.call(libc, descriptor, cpuid.address()),
                "KVM_GET_SUPPORTED_CPUID");
        return new KvmLimits((int) slots, sharedBytes, cpuid.asReadOnly());
    }

    private static long require(LibC libc, int descriptor, int extension, String what) {
        long answer = KvmRequest.CHECK_EXTENSION.call(libc, descriptor, extension);
        if (answer <= 0) {
            throw new ErrnoException(Errno.ENOSYS, PATH + " lacks " + what);
        }
        return answer;
    }

    @Override
    public int apiVersion() {
        return API_VERSION;
    }

    @Override
    public KvmVirtualMachine createVirtualMachine() {
        synchronized (lock) {
            if (closed) {
                throw new ErrnoException(Errno.ENODEV, PATH + " is closed");
            }
            long answer;
            do {
                answer = KvmRequest.CREATE_VM.call(libc, descriptor, 0);
            } while (HostAnswer.is(answer, Errno.EINTR));
            return new KvmMachine(libc, (int) HostAnswer.check(answer, "KVM_CREATE_VM"), limits);
        }
    }

    @Override
    public void close() {
        synchronized (lock) {
            if (!closed) {
                closed = true;
                libc.close(descriptor);
            }
        }
    }
}
