package org.dmemfs.linux.native_;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Set;
import org.dmemfs.linux.KvmExit;
import org.dmemfs.linux.KvmVcpu;
import org.dmemfs.linux.native_.UserGuest.Code;

/**
 * The program of a child JVM: a guest that touches poisoned memory. The poison is userfaultfd's (UFFDIO_POISON), which the
 * kernel answers as it answers a page that the hardware lost. Prints one line per exit.
 */
final class PoisonedGuest {
    /** What it exits with where the host has no userfaultfd to poison with. */
    static final int CANNOT_POISON = 77;
    /** The poisoned page's offset in the guest. */
    static final long BAD = UserGuest.DATA + 0x5000;

    private static final int O_RDWR_CLOEXEC = 0x80002;
    private static final long USERFAULTFD_IOC_NEW = 0xAA00;
    private static final long UFFDIO_API = 0xC018AA3FL;
    private static final long UFFDIO_REGISTER = 0xC020AA00L;
    private static final long UFFDIO_POISON = 0xC020AA08L;
    private static final long UFFD_API = 0xAA;
    private static final long UFFD_FEATURE_POISON = 1 << 14;
    private static final long MODE_MISSING = 1;

    private PoisonedGuest() {
    }

    /** Runs the guest three times: into the poison, into it again, and past it. */
    public static void main(String... arguments) {
        try (KvmDevice kvm = Host.kvm(); UserGuest guest = new UserGuest(Host.memory(), kvm, Set.of())) {
            if (!poison(guest.bytes().address() + BAD)) {
                System.exit(CANNOT_POISON);
            }
            KvmVcpu processor = guest.processor(0, Code.STORE, BAD + 8, 0);
            System.out.println(processor.run());
            System.out.println(processor.run());
            guest.load(processor, Code.FILL, BAD - 4096, 512);
            KvmExit past = processor.run();
            System.out.println(past + " " + guest.bytes().get(JAVA_LONG, BAD - 8));
        }
    }

    private static boolean poison(long address) {
        LibC libc = new LibC();
        long device = libc.open("/dev/userfaultfd", O_RDWR_CLOEXEC);
        if (device < 0) {
            return false;
        }
        int faults = (int) libc.ioctl((int) device, USERFAULTFD_IOC_NEW, O_RDWR_CLOEXEC & ~2);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment request = arena.allocate(32, 8);
            request.set(JAVA_LONG, 0, UFFD_API);
            request.set(JAVA_LONG, 8, UFFD_FEATURE_POISON);
            if (faults < 0 || libc.ioctl(faults, UFFDIO_API, request.address()) < 0) {
                return false;
            }
            request.fill((byte) 0);
            request.set(JAVA_LONG, 0, address);
            request.set(JAVA_LONG, 8, 4096);
            request.set(JAVA_LONG, 16, MODE_MISSING);
            HostAnswer.check(libc.ioctl(faults, UFFDIO_REGISTER, request.address()), "UFFDIO_REGISTER");
            request.set(JAVA_LONG, 16, 0);
            HostAnswer.check(libc.ioctl(faults, UFFDIO_POISON, request.address()), "UFFDIO_POISON");
            return true;
        }
    }
}
