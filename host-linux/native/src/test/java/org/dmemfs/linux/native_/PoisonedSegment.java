package org.dmemfs.linux.native_;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicLong;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.linux.AddressWindow;
import org.dmemfs.linux.HostMemory;
import org.dmemfs.linux.SharedMemory;

/**
 * The program of a child JVM: plain accesses to a page before and after it goes bad. Prints one line per kind of access:
 * whether its error came. Compiled code may throw it at its next safepoint only, so a native call follows each access
 * within the same try.
 */
final class PoisonedSegment {
    private static final long PAGE = 4096;
    private static final int WARM = 20_000;
    private static final AtomicLong SEEN = new AtomicLong();

    private PoisonedSegment() {
    }

    private enum Access {
        LOAD_LONG, STORE_LONG, LOAD_BYTE, STORE_BYTE, COPY_OUT, COPY_IN, FILL;

        void run(MemorySegment page, MemorySegment buffer) {
            switch (this) {
                case LOAD_LONG -> SEEN.set(page.get(JAVA_LONG, 8));
                case STORE_LONG -> page.set(JAVA_LONG, 8, 1);
                case LOAD_BYTE -> SEEN.set(page.get(JAVA_BYTE, 8));
                case STORE_BYTE -> page.set(JAVA_BYTE, 8, (byte) 1);
                case COPY_OUT -> MemorySegment.copy(page, 0, buffer, 0, PAGE);
                case COPY_IN -> MemorySegment.copy(buffer, 0, page, 0, PAGE);
                case FILL -> page.fill((byte) 3);
            }
        }
    }

    /** Runs every access. */
    public static void main(String... arguments) {
        HostMemory memory = Host.memory();
        Userfault userfault = PoisonedGuest.userfault();
        if (userfault == null) {
            System.exit(PoisonedGuest.CANNOT_POISON);
            return;
        }
        MemorySegment buffer = MemorySegment.ofArray(new long[512]);
        for (Access access : Access.values()) {
            try (SharedMemory file = memory.createPopulated("bad", PAGE);
                    AddressWindow window = memory.reserve(PAGE, PageSize.SIZE_4K)) {
                window.map(0, file, 0, PAGE);
                for (int turn = 0; turn < WARM; turn++) {
                    SEEN.addAndGet(once(access, window.segment(), buffer));
                }
                userfault.poison(file, 0);
                int caught = once(access, window.segment(), buffer);
                System.out.println(access + " " + caught);
            }
        }
    }

    /** 1 where the error came inside. */
    private static int once(Access access, MemorySegment page, MemorySegment buffer) {
        try {
            access.run(page, buffer);
            return Thread.holdsLock(buffer) ? 2 : 0;
        } catch (InternalError bad) {
            return 1;
        }
    }
}
