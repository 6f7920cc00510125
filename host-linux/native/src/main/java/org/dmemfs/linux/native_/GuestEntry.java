package org.dmemfs.linux.native_;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * KVM_RUN and the two signals that may end it. The thread blocks both around the ioctl, and the host lets them through
 * only while the guest runs: there they make KVM_RUN answer EINTR and stay pending, so that no handler ever runs and
 * HotSpot sees neither. Taken afterwards by sigtimedwait, they tell:
 * <ul>
 * <li>SIGBUS: the guest touched poisoned memory. Delivered to a handler it would end the JVM.
 * <li>the kick: somebody wants the guest to be left. It is sent only between the two blocks, as its default action would
 * end the process; it is a real-time signal that neither the C library nor HotSpot uses.
 * </ul>
 * Used by one thread at a time, but for {@link #kick}.
 */
final class GuestEntry {
    /** A page of the host that went bad under the guest. */
    record PoisonedAddress(long hostVirtualAddress, int addressLsb) {
    }

    private static final int SIGBUS = 7;
    private static final int KICK = 40;
    private static final long BOTH = 1L << (SIGBUS - 1) | 1L << (KICK - 1);
    /** The C library's sigset_t is larger than the kernel's, which is its first 8 bytes. */
    private static final int SIGSET_BYTES = 128;
    private static final int KERNEL_SIGSET_BYTES = 8;
    private static final int SIGINFO_BYTES = 128;
    private static final int SIGINFO_CODE = 8;
    private static final int SIGINFO_ADDRESS = 16;
    private static final int SIGINFO_ADDRESS_LSB = 24;
    private static final int TIMESPEC_BYTES = 16;
    private static final int BUS_MCEERR_AR = 4;
    private static final long NOBODY = 0;

    private final LibC libc;
    private final int descriptor;
    private final MemorySegment both;
    private final MemorySegment before;
    private final MemorySegment information;
    private final MemorySegment noTime;
    private final MemorySegment inGuest;
    /** Held for a moment, never while the guest runs. */
    private final Object lock = new Object();
    private long runner = NOBODY;
    private boolean maskGiven;
    private @Nullable PoisonedAddress poisoned;

    GuestEntry(LibC libc, int descriptor, Arena arena) {
        this.libc = libc;
        this.descriptor = descriptor;
        both = arena.allocate(SIGSET_BYTES, Long.BYTES);
        both.set(JAVA_LONG, 0, BOTH);
        before = arena.allocate(SIGSET_BYTES, Long.BYTES);
        information = arena.allocate(SIGINFO_BYTES, Long.BYTES);
        noTime = arena.allocate(TIMESPEC_BYTES, Long.BYTES);
        inGuest = arena.allocate(Integer.BYTES + KERNEL_SIGSET_BYTES, Long.BYTES);
        inGuest.set(JAVA_INT, 0, KERNEL_SIGSET_BYTES);
    }

    /** Runs the guest until it is left; answers 0 or a negative error number. */
    long run() {
        poisoned = null;
        HostAnswer.check(libc.blockSignals(both, before), "blocking SIGBUS around KVM_RUN");
        try {
            giveMask(before.get(JAVA_LONG, 0) & ~BOTH);
            synchronized (lock) {
                runner = libc.pthreadSelf();
            }
            try {
                return KvmRequest.RUN.call(libc, descriptor, 0);
            } finally {
                synchronized (lock) {
                    runner = NOBODY;
                }
                takePending();
            }
        } finally {
            libc.restoreSignals(before);
        }
    }

    /** What the guest touched in the last run, where that ended in EINTR. */
    @Nullable
    PoisonedAddress poisoned() {
        return poisoned;
    }

    /** Makes a thread that is in the guest leave it; nothing where none is. */
    void kick() {
        synchronized (lock) {
            if (runner != NOBODY) {
                libc.pthreadKill(runner, KICK);
            }
        }
    }

    private void giveMask(long blockedInGuest) {
        if (!maskGiven || inGuest.get(JAVA_LONG_UNALIGNED, Integer.BYTES) != blockedInGuest) {
            inGuest.set(JAVA_LONG_UNALIGNED, Integer.BYTES, blockedInGuest);
            HostAnswer.check(KvmRequest.SET_SIGNAL_MASK.call(libc, descriptor, inGuest.address()),
                    "KVM_SET_SIGNAL_MASK");
            maskGiven = true;
        }
    }

    private void takePending() {
        long signal;
        while ((signal = libc.takeSignal(both, information, noTime)) > 0) {
            if (signal == SIGBUS && information.get(JAVA_INT, SIGINFO_CODE) == BUS_MCEERR_AR) {
                poisoned = new PoisonedAddress(information.get(JAVA_LONG, SIGINFO_ADDRESS),
                        information.get(JAVA_SHORT, SIGINFO_ADDRESS_LSB));
            }
        }
    }
}
