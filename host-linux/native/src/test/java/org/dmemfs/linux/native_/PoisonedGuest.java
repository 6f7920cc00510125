package org.dmemfs.linux.native_;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.util.Set;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.linux.KvmExit;
import org.dmemfs.linux.KvmVcpu;
import org.dmemfs.linux.native_.UserGuest.Code;
import org.jspecify.annotations.Nullable;

/**
 * The program of a child JVM: a guest that touches poisoned memory. The poison is userfaultfd's (UFFDIO_POISON), which the
 * kernel answers as it answers a page that the hardware lost. Prints one line per exit. On memory of huge pages, where it is
 * told so, all of the page goes bad; on memory of 4K the bad page's neighbour is none.
 */
final class PoisonedGuest {
    /** What it exits with where the host has no userfaultfd to poison with. */
    static final int CANNOT_POISON = 77;
    /** The poisoned page's offset in the guest. */
    static final long BAD = UserGuest.DATA + 0x5000;

    private PoisonedGuest() {
    }

    /** Another 4K of the bad page of 2M. */
    static final long BESIDE = UserGuest.DATA + 0x6000;

    /** Runs the guest three times: into the poison, into it again, and past it. */
    public static void main(String... arguments) {
        if (arguments.length > 0) {
            onHugePages();
            return;
        }
        try (KvmDevice kvm = Host.kvm(); UserGuest guest = new UserGuest(Host.memory(), kvm, Set.of())) {
            Userfault userfault = userfault();
            if (userfault == null) {
                System.exit(CANNOT_POISON);
                return;
            }
            userfault.poison(guest.file, BAD);
            KvmVcpu processor = guest.processor(0, Code.STORE, BAD + 8, 0);
            System.out.println(processor.run());
            System.out.println(processor.run());
            guest.load(processor, Code.FILL, BAD - 4096, 512);
            KvmExit past = processor.run();
            System.out.println(past + " " + guest.bytes().get(JAVA_LONG, BAD - 8));
        }
    }

    /** The same on huge pages, of which the host has enough free: into the poison, beside it, and past the page. */
    private static void onHugePages() {
        try (KvmDevice kvm = Host.kvm();
                UserGuest guest = new UserGuest(Host.memory(), kvm, Set.of(),
                        Host.memory().createHugetlb("guest", UserGuest.BYTES, PageSize.SIZE_2M))) {
            Userfault userfault = userfault();
            if (userfault == null) {
                System.exit(CANNOT_POISON);
                return;
            }
            userfault.poison(guest.file, UserGuest.DATA);
            KvmVcpu processor = guest.processor(0, Code.STORE, BAD + 8, 0);
            System.out.println(processor.run());
            guest.load(processor, Code.STORE, BESIDE, 0);
            System.out.println(processor.run());
            long past = UserGuest.DATA + PageSize.SIZE_2M.bytes();
            guest.load(processor, Code.FILL, past, 512);
            KvmExit out = processor.run();
            System.out.println(out + " " + guest.bytes().get(JAVA_LONG, past));
        }
    }

    /** Null where the host lacks the facility. */
    static @Nullable Userfault userfault() {
        try {
            return UserfaultSelfTest.pass();
        } catch (ErrnoException absent) {
            return null;
        }
    }
}
