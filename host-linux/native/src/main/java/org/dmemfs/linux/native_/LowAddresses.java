package org.dmemfs.linux.native_;

import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;

/**
 * Where in this process's addresses a hole stays a hole. The kernel looks for room for others from its mmap base down,
 * or in the old layout up; both bases lie above a third of the address space, and the program and its heap higher
 * still, so it comes below only once 80 TiB are full. Each place is claimed with MAP_FIXED_NOREPLACE, so that what the
 * JVM itself put there, as some collectors do at their start, is never replaced.
 */
final class LowAddresses {
    /** What one claim may have at most. */
    static final long PLACE_BYTES = 1L << 40;
    /** How many may be open at a time. */
    static final int PLACES = 16;

    private static final long FIRST = 0x1000_0000_0000L;
    private static final int PROT_NONE = 0;
    private static final int MAP_PRIVATE = 0x02;
    private static final int MAP_ANONYMOUS = 0x20;
    private static final int MAP_NORESERVE = 0x4000;
    private static final int MAP_FIXED_NOREPLACE = 0x100000;

    private LowAddresses() {
    }

    /** Claims a place and leaves it empty; answers its first address, a multiple of 1 TiB. */
    static long claim(LibC libc, long bytes, boolean[] taken) {
        for (int place = 0; place < PLACES; place++) {
            long address = FIRST + place * PLACE_BYTES;
            if (taken[place]) {
                continue;
            }
            long answer = libc.mmap(address, bytes, PROT_NONE,
                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
            if (answer >= 0) {
                HostAnswer.check(libc.munmap(answer, bytes), "the claim of an empty address range");
            }
            if (answer == address) {
                taken[place] = true;
                return address;
            }
        }
        throw new ErrnoException(Errno.ENOMEM,
                "none of the " + PLACES + " places for an address space of its own is free in this process");
    }

    static boolean contain(long address) {
        return address >= FIRST && address < FIRST + PLACES * PLACE_BYTES;
    }

    static void giveBack(long address, boolean[] taken) {
        taken[(int) ((address - FIRST) / PLACE_BYTES)] = false;
    }
}
