package org.dmemfs.reserve.hostram;

import java.util.concurrent.Callable;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.linux.AddressWindow;
import org.dmemfs.reserve.HostRange;
import org.dmemfs.reserve.PhysicalBytes;
import org.dmemfs.reserve.PoisonedFrames;
import org.dmemfs.reserve.Reservation;

/**
 * The program of a child JVM: a frame of the host's huge pages goes bad where that may cost all of its page. The first three pages
 * hold 1, 2 and 3.
 */
final class PoisonedHugePages {
    /** How many huge pages of 2M it takes. */
    static final long PAGES = 64;

    private static final long HUGE = PageSize.SIZE_2M.bytes();
    private static final long FRAME = PageSize.SIZE_4K.bytes();

    private PoisonedHugePages() {
    }

    /** Runs everything. */
    public static void main(String... arguments) {
        if (Host.userfault() == null) {
            System.exit(PoisonedRam.CANNOT_POISON);
            return;
        }
        Reservation machine = PhysicalMemoryContract.machine("1x512M", "dmem=128M:128M");
        try (HostRam memory = HostRam.hugetlb(Host.memory(), machine, PageSize.SIZE_2M, Host.wholePagePoison())) {
            long start = machine.regions().getFirst().startPhysicalAddress();
            for (long page = 0; page < 3; page++) {
                memory.bytes().storeLong(start + page * HUGE, page + 1);
            }
            long bad = start + HUGE + 5 * FRAME;
            memory.poison(bad >> 12);
            System.out.println("bad frames: " + memory.poisoned().all().size());
            System.out.println("the bad frame: " + said(() -> memory.bytes().loadLong(bad)));
            System.out.println("the first of its page: " + said(() -> memory.bytes().loadLong(start + HUGE)));
            System.out.println("the last: " + said(() -> memory.bytes().loadLong(start + 2 * HUGE - 8)));
            System.out.println("the page before: " + said(() -> memory.bytes().loadLong(start)));
            System.out.println("the page behind: " + said(() -> memory.bytes().loadLong(start + 2 * HUGE)));
            HostRange page = memory.hostRange(start + HUGE >> 12, PageSize.SIZE_2M.naturePages());
            try (AddressWindow window = Host.memory().reserve(HUGE, PageSize.SIZE_2M)) {
                window.map(0, page.memory(), page.offsetBytes(), HUGE);
                // The model tells these bytes nothing: the error is the host's own.
                PhysicalBytes other = new PhysicalBytes(window.segment(), new PoisonedFrames());
                System.out.println("told by the host alone: " + said(() -> other.loadLong(17 * FRAME)));
            }
            System.out.println("again: " + memory.poison((bad >> 12) + 1));
        }
    }

    private static String said(Callable<?> access) {
        try {
            return String.valueOf(access.call());
        } catch (ErrnoException refused) {
            return refused.errno().name();
        } catch (Exception other) {
            return other.toString();
        }
    }
}
