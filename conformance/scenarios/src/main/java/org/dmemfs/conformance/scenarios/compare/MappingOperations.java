package org.dmemfs.conformance.scenarios.compare;

import static org.dmemfs.conformance.scenarios.compare.GuestOnScheme.NATURE;

import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.mm.Protection;
import org.dmemfs.mm.RemapFlag;
import org.dmemfs.mm.Task;

/** What a task does with its own mapping. */
final class MappingOperations {
    private static final long ELSEWHERE = 0x1000_0000_0000L;

    private MappingOperations() {
    }

    static List<Operation> all() {
        return List.of(
                new Operation("two first touches of a page",
                        "two vCPUs, or a vCPU and its VMM, that fault one page at once: where the later fault takes the"
                                + " earlier one's entry away, a vCPU between its fault and its follow_pfn ends with"
                                + " EFAULT",
                        MappingOperations::firstTouches),
                new Operation("fork",
                        "a VMM that starts a helper by fork: does the child reach the guest's memory, and is"
                                + " it the same memory",
                        MappingOperations::fork),
                new Operation("mprotect to read-only", "write tracking by signals, and guarding memory against the VMM"
                        + " itself, need it", MappingOperations::protect),
                new Operation("mremap grow", "memory hot-plug by growing a mapping in place", MappingOperations::grow),
                new Operation("mremap shrink", "giving the end of a mapping up without unmapping it by hand",
                        MappingOperations::shrink),
                new Operation("mremap move", "rearranging a guest's address space without copying",
                        MappingOperations::move),
                new Operation("mincore", "tools that ask which pages are there: touched page, page never touched",
                        MappingOperations::inCore),
                new Operation("partial unmap", "taking 4K out of the middle of a page: balloons and shared windows of"
                        + " less than a page", MappingOperations::partialUnmap),
                new Operation("core dump", "what of the guest's memory a VMM's core dump holds and so may leak",
                        MappingOperations::coreDump));
    }

    /** The second is what comes of a fault that waited for the lock while the first one was served. */
    private static String firstTouches(GuestOnScheme guest) {
        return Answers.of(() -> {
            guest.memory().fixupUserFault(guest.start(), true);
            guest.memory().fixupUserFault(guest.start(), true);
            PageSize level = guest.memory().mappingLevel(guest.start());
            if (level != null) {
                return "one entry of " + level.label();
            }
            return Answers.of(() -> guest.memory().followPfn(guest.start()))
                    + "; the second takes the entry for a bad one and clears it";
        });
    }

    private static String fork(GuestOnScheme guest) {
        guest.touch();
        try (Task child = guest.machine().systemCalls().fork(guest.task(), "child")) {
            return Answers.of(() -> {
                long seen = child.addressSpace().loadLong(guest.start());
                child.addressSpace().storeLong(guest.start(), 7);
                boolean shared = guest.memory().loadLong(guest.start()) == 7;
                if (shared) {
                    return "the same memory";
                }
                return seen == GuestOnScheme.word(0) ? "a copy of its own" : "other memory";
            });
        }
    }

    private static String protect(GuestOnScheme guest) {
        guest.touch();
        PageSize before = guest.memory().mappingLevel(guest.start());
        return Answers.of(() -> {
            guest.memory().mprotect(guest.start(), guest.bytes(), Set.of(Protection.READ));
            boolean kept = guest.memory().mappingLevel(guest.start()) == before;
            String store = Answers.of(() -> guest.memory().storeLong(guest.start(), 1), "goes through");
            return "0%s; a store: %s".formatted(kept ? "" : ", its entry is lost as a bad one", store);
        });
    }

    private static String grow(GuestOnScheme guest) {
        guest.touch();
        return Answers.of(() -> {
            guest.calls().mremap(guest.start(), guest.bytes(), guest.bytes() + guest.pageBytes(),
                    Set.of(RemapFlag.MAYMOVE), 0);
            return 0;
        });
    }

    private static String shrink(GuestOnScheme guest) {
        guest.touch();
        long left = guest.bytes() - guest.pageBytes();
        return Answers.of(() -> {
            guest.calls().mremap(guest.start(), guest.bytes(), left, Set.of(), 0);
            String tail = Answers.of(() -> guest.memory().loadLong(guest.start() + left));
            return "0; %s; the tail: %s".formatted(kept(guest.holds(guest.start(), left, 0)), tail);
        });
    }

    private static String move(GuestOnScheme guest) {
        guest.touch();
        return Answers.of(() -> {
            guest.calls().mremap(guest.start(), guest.bytes(), guest.bytes(),
                    Set.of(RemapFlag.MAYMOVE, RemapFlag.FIXED), ELSEWHERE);
            return "0; " + Answers.of(() -> kept(guest.holds(ELSEWHERE, guest.bytes(), 0)));
        });
    }

    private static String kept(boolean kept) {
        return kept ? "bytes kept" : "bytes lost";
    }

    private static String inCore(GuestOnScheme guest) {
        guest.memory().storeLong(guest.start(), 1);
        long last = guest.start() + guest.bytes() - guest.pageBytes();
        return Answers.of(() -> "touched %d, untouched %d".formatted(guest.calls().mincore(guest.start(), NATURE)[0],
                guest.calls().mincore(last, NATURE)[0]));
    }

    private static String partialUnmap(GuestOnScheme guest) {
        guest.touch();
        return Answers.of(() -> {
            guest.memory().munmap(guest.start() + NATURE, NATURE);
            String hole = Answers.of(() -> guest.memory().loadLong(guest.start() + NATURE));
            String rest = Answers.of(() -> kept(guest.memory().loadLong(guest.start()) == GuestOnScheme.word(0)));
            PageSize level = guest.memory().mappingLevel(guest.start());
            return "0; the hole: %s; the rest: %s, mapped at %s".formatted(hole, rest,
                    level == null ? "nothing" : level.label());
        });
    }

    private static String coreDump(GuestOnScheme guest) {
        guest.touch();
        return Answers.of(() -> {
            long dumped = guest.calls().coreDumpBytes(guest.start(), guest.bytes());
            long there = IntStream.range(0, (int) (guest.bytes() / NATURE))
                    .filter(page -> guest.memory().mappingLevel(guest.start() + page * NATURE) != null).count()
                    * NATURE;
            return dumped == 0 ? "nothing" : dumped == there ? "all that is there" : dumped + " bytes";
        });
    }
}
