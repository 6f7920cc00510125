package org.dmemfs.conformance.scenarios.soak;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.dmemfs.kernel.MemoryPolicy;
import org.dmemfs.kernel.NodeMask;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.mm.BusSignal;
import org.dmemfs.mm.MapFlag;
import org.dmemfs.mm.Protection;
import org.dmemfs.mm.SignalException;
import org.dmemfs.mm.Task;

/** What tasks do. */
final class TaskActions {
    private static final int MOST_TASKS = 6;
    private static final int MOST_MAPPINGS = 12;
    private static final int MOST_STORED_PAGES = 24;
    private static final long STEP = 0x9E37_79B9_7F4A_7C15L;

    private final Surroundings now;
    private final PageSize pageSize;
    private final MemorySegment page = MemorySegment.ofArray(new long[Filling.BYTES / Long.BYTES]);
    private final MemorySegment seen = MemorySegment.ofArray(new long[Filling.BYTES / Long.BYTES]);

    TaskActions(Surroundings now, PageSize pageSize) {
        this.now = now;
        this.pageSize = pageSize;
    }

    boolean begin() {
        if (now.tasks.size() == MOST_TASKS) {
            return false;
        }
        List<Integer> nodes = now.machine().reservation().topology().online().nodes();
        Task task = now.machine().addressSpaces().newTask("soak" + now.nextName(), now.any(nodes));
        if (now.random().nextInt(3) == 0) {
            task.setMempolicy(MemoryPolicy.interleave(NodeMask.of(nodes)));
        }
        now.tasks.add(task);
        return true;
    }

    /** A task exits with all its mappings; what its devices have mapped stays. */
    boolean exit() {
        if (now.tasks.isEmpty()) {
            return false;
        }
        Task task = now.any(now.tasks);
        for (Mapping mapping : List.copyOf(now.mappings)) {
            if (mapping.task().equals(task)) {
                now.endGuests(mapping);
                now.mappings.remove(mapping);
            }
        }
        task.close();
        now.tasks.remove(task);
        return true;
    }

    boolean map() {
        if (now.tasks.isEmpty() || now.files.isEmpty() || now.mappings.size() == MOST_MAPPINGS) {
            return false;
        }
        SoakFile file = now.any(now.files);
        Task task = now.any(now.tasks);
        long pages = file.bytes() / pageSize.bytes();
        if (pages == 0) {
            return false;
        }
        long first = now.random().nextLong(pages);
        long bytes = (1 + now.random().nextLong(pages - first)) * pageSize.bytes();
        long offset = first * pageSize.bytes();
        long address = task.addressSpace().mmap(0, bytes, Set.of(Protection.READ, Protection.WRITE),
                Set.of(MapFlag.SHARED), file.file(), offset);
        now.mappings.add(new Mapping(task, file, address, offset, bytes));
        return true;
    }

    boolean unmap() {
        if (now.mappings.isEmpty()) {
            return false;
        }
        Mapping mapping = now.any(now.mappings);
        now.endGuests(mapping);
        mapping.memory().munmap(mapping.address(), mapping.bytes());
        now.mappings.remove(mapping);
        return true;
    }

    /** Stores a pattern of its own to some neighbouring pages. */
    boolean store() {
        if (now.mappings.isEmpty()) {
            return false;
        }
        Mapping mapping = now.any(now.mappings);
        Random random = now.random();
        long first = random.nextLong(mapping.pages());
        long pages = Math.min(mapping.pages() - first, 1 + random.nextInt(MOST_STORED_PAGES));
        for (long each = first; each < first + pages; each++) {
            store(mapping, each, new Filling(random.nextLong(), STEP));
        }
        now.check(mapping, first, pages);
        return true;
    }

    /** Stores one page, and expects the signal that it must raise. */
    boolean store(Mapping mapping, long number, Filling filling) {
        filling.writeTo(page);
        boolean done = access(mapping, number, address -> mapping.memory().copyIn(page, 0, address, Filling.BYTES));
        now.learn(mapping, number, 1);
        if (done) {
            long offset = mapping.fileOffset(number);
            BrokenRule.unless(!mapping.file().at(offset).isEmpty(), "a store to %s at 0x%x left a hole", mapping.file(),
                    offset);
            mapping.file().at(offset).getFirst().fill(mapping.file().pageIn(offset), filling);
        }
        return done;
    }

    /** Loads some pages and compares them; a page that is not there comes in as zero. */
    boolean load() {
        if (now.mappings.isEmpty()) {
            return false;
        }
        Mapping mapping = now.any(now.mappings);
        for (int times = 0; times < 6; times++) {
            long number = now.random().nextLong(mapping.pages());
            boolean done = access(mapping, number,
                    address -> mapping.memory().copyOut(address, seen, 0, Filling.BYTES));
            now.learn(mapping, number, 1);
            if (done) {
                compare(mapping, number);
            }
            now.check(mapping, number, 1);
        }
        return true;
    }

    private void compare(Mapping mapping, long number) {
        long offset = mapping.fileOffset(number);
        Filling filling = mapping.file().at(offset).stream().map(dpage -> dpage.filling(mapping.file().pageIn(offset)))
                .findFirst().orElse(Filling.ZERO);
        long difference = filling.firstDifference(seen, 0);
        BrokenRule.unless(difference < 0, "%s loads at 0x%x of %s what nobody stored there", mapping.task().name(),
                offset, mapping.file());
    }

    private interface Access {
        void at(long virtualAddress);
    }

    private boolean access(Mapping mapping, long number, Access access) {
        long offset = mapping.fileOffset(number);
        boolean bad = mapping.file().isBad(offset);
        try {
            access.at(mapping.address() + (number << 12));
        } catch (SignalException raised) {
            BusSignal signal = raised.signal();
            boolean beyond = !mapping.insideFile(number);
            boolean exhausted = mapping.file().at(offset).isEmpty() && now.mayBeExhausted();
            BusSignal.Kind kind = bad ? BusSignal.Kind.BUS_MCEERR_AR : BusSignal.Kind.BUS_ADRERR;
            BrokenRule.unless(signal.kind() == kind && (bad || beyond || exhausted),
                    "a task's access to 0x%x of %s, %d bytes long, ends in %s", offset, mapping.file(),
                    mapping.file().bytes(), raised.getMessage());
            now.tally().count(bad ? "signal MCEERR_AR" : "signal ADRERR", 1);
            return false;
        }
        BrokenRule.unless(!bad, "a bad page at 0x%x of %s was used without a signal", offset, mapping.file());
        BrokenRule.unless(mapping.insideFile(number), "0x%x of %s lies behind its end and was used", offset,
                mapping.file());
        return true;
    }
}
