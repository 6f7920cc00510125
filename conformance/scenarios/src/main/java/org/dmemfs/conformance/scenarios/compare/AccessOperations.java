package org.dmemfs.conformance.scenarios.compare;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.dmemfs.kernel.PageSize;

/** How other tasks and the kernel reach the memory. */
final class AccessOperations {
    private static final int FRAME_SHIFT = PageSize.SIZE_4K.shift();

    private AccessOperations() {
    }

    static List<Operation> all() {
        return List.of(
                new Operation("ptrace", "debuggers, and everything that reads /proc/PID/mem", AccessOperations::ptrace),
                new Operation("process_vm_readv",
                        "helpers outside the VMM's process that copy guest memory, such as some"
                                + " migration and introspection tools",
                        AccessOperations::processVm),
                new Operation("get_user_pages_fast", "the lock-free pin: virtio back ends and block I/O try it first",
                        AccessOperations::fast),
                new Operation("get_user_pages", "the pin with the lock: what decides for O_DIRECT, vhost zero-copy and"
                        + " io_uring's fixed buffers", AccessOperations::slow),
                new Operation("pin for good (FOLL_LONGTERM)",
                        "RDMA and io_uring's registered buffers, which hold pages without an"
                                + " end",
                        AccessOperations::longterm),
                new Operation("pin for O_DIRECT",
                        "a disk writes straight into guest memory; where it is refused the VMM"
                                + " must copy",
                        AccessOperations::direct),
                new Operation("follow_pfn",
                        "how KVM and VFIO find frames that have no struct page; EINVAL where there are"
                                + " pages, which is no loss",
                        AccessOperations::follow));
    }

    private static String ptrace(GuestOnScheme guest) {
        guest.touch();
        return read(guest, false);
    }

    private static String processVm(GuestOnScheme guest) {
        guest.touch();
        return read(guest, true);
    }

    private static String read(GuestOnScheme guest, boolean pinned) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(Long.BYTES);
            return Answers.of(() -> {
                long moved = pinned
                        ? guest.calls().processVm(guest.start(), buffer, false)
                        : guest.memory().accessRemote(guest.start(), buffer, false);
                return moved + (buffer.get(ValueLayout.JAVA_LONG_UNALIGNED, 0) == GuestOnScheme.word(0)
                        ? " bytes read"
                        : " wrong bytes read");
            });
        }
    }

    private static String fast(GuestOnScheme guest) {
        guest.touch();
        return Answers.of(() -> {
            List<Long> frames = guest.memory().getUserPagesFast(guest.start(), 1, true);
            guest.memory().unpinUserPages(frames);
            return frames.isEmpty() ? "gives up" : "pinned";
        });
    }

    private static String slow(GuestOnScheme guest) {
        guest.touch();
        return Answers.of(() -> {
            List<Long> frames = guest.memory().getUserPages(guest.start(), 1, true);
            guest.memory().unpinUserPages(frames);
            return "pinned";
        });
    }

    private static String longterm(GuestOnScheme guest) {
        guest.touch();
        return Answers.of(() -> {
            List<Long> frames = guest.calls().pinUserPagesLongterm(guest.start(), 1, true);
            guest.memory().unpinUserPages(frames);
            return "pinned";
        });
    }

    /** A device writes into pinned frames, and the task reads what came. */
    private static String direct(GuestOnScheme guest) {
        guest.touch();
        return Answers.of(() -> {
            List<Long> frames = guest.memory().getUserPages(guest.start(), 2, true);
            for (int page = 0; page < frames.size(); page++) {
                guest.machine().memory().bytes().storeLong(frames.get(page) << FRAME_SHIFT, 40L + page);
            }
            guest.memory().unpinUserPages(frames);
            boolean arrived = guest.memory().loadLong(guest.start()) == 40
                    && guest.memory().loadLong(guest.start() + GuestOnScheme.NATURE) == 41;
            return arrived ? "the bytes arrive" : "the bytes are lost";
        });
    }

    private static String follow(GuestOnScheme guest) {
        guest.touch();
        return Answers.of(() -> {
            long first = guest.memory().followPfn(guest.start());
            long second = guest.memory().followPfn(guest.start() + GuestOnScheme.NATURE);
            PageSize level = guest.memory().mappingLevel(guest.start());
            boolean right = guest.grant().frameAt(0).orElse(-1) == first
                    && guest.grant().frameAt(GuestOnScheme.NATURE).orElse(-1) == second;
            return (right ? "the frame" : "another frame") + " through an entry of "
                    + (level == null ? "none" : level.label());
        });
    }
}
