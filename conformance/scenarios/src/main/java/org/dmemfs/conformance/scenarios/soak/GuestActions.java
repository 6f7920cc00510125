package org.dmemfs.conformance.scenarios.soak;

import java.lang.foreign.MemorySegment;
import java.util.Random;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.kvm.Exit;
import org.dmemfs.kvm.FillPattern;
import org.dmemfs.kvm.Hypervisor;
import org.dmemfs.kvm.MemorySlot;
import org.dmemfs.kvm.Registers;
import org.dmemfs.kvm.VirtualMachine;
import org.dmemfs.reserve.MemoryBacking;

/** What guests do: they fill pages of their memory, and meet ends of files and bad pages there. */
final class GuestActions {
    private static final int MOST_GUESTS = 6;

    private final Surroundings now;
    private final TaskActions tasks;
    private final PageSize pageSize;
    private final long mostPages;

    GuestActions(Surroundings now, TaskActions tasks, PageSize pageSize) {
        this.now = now;
        this.tasks = tasks;
        this.pageSize = pageSize;
        this.mostPages = pageSize == PageSize.SIZE_4K ? 64 : 1200;
    }

    boolean start() {
        if (now.mappings.isEmpty() || now.guests.size() == MOST_GUESTS || now.machine().hypervisors().isEmpty()) {
            return false;
        }
        Mapping mapping = now.any(now.mappings);
        Hypervisor hypervisor = now.any(now.machine().hypervisors());
        VirtualMachine machine = hypervisor.create("soak" + now.nextName(), mapping.memory());
        try {
            machine.addSlot(new MemorySlot(0, 0, mapping.bytes(), mapping.address(), false));
            now.guests.add(new Guest(machine, machine.createProcessor(), mapping, hypervisor.real()));
            now.tally().count("guest of " + hypervisor.kind(), 1);
        } catch (ErrnoException refused) {
            machine.close();
            BrokenRule.unless(hypervisor.real(), "%s refuses a slot: %s", hypervisor.kind(), refused.getMessage());
            now.tally().count("guest refused by " + hypervisor.kind(), 1);
        }
        // A real guest is given all of its memory at once.
        now.learn(mapping, 0, mapping.pages());
        return true;
    }

    boolean stop() {
        if (now.guests.isEmpty()) {
            return false;
        }
        Guest guest = now.any(now.guests);
        guest.machine().close();
        now.guests.remove(guest);
        return true;
    }

    boolean run() {
        if (now.guests.isEmpty()) {
            return false;
        }
        Guest guest = now.any(now.guests);
        Mapping mapping = guest.mapping();
        Random random = now.random();
        if (mapping.pages() < 2) {
            return false;
        }
        // The program's page is the first or the last, so that what is filled is in one piece.
        boolean codeFirst = random.nextBoolean();
        long codePage = codeFirst ? 0 : mapping.pages() - 1;
        long room = mapping.pages() - 1;
        long first = random.nextLong(room) + (codeFirst ? 1 : 0);
        long pages = Math.min(room + (codeFirst ? 1 : 0) - first, 1 + random.nextLong(mostPages));
        FillPattern pattern = new FillPattern(first << 12, pages, random.nextLong());
        Filling underCode = new Filling(random.nextLong(), 1);
        if (!tasks.store(mapping, codePage, underCode)) {
            return false;
        }
        byte[] code = pattern.machineCode();
        mapping.memory().copyIn(MemorySegment.ofArray(code), 0, mapping.address() + (codePage << 12), code.length);
        guest.processor().setRegisters(Registers.startingAt(codePage << 12));
        Exit exit = guest.processor().run();
        tasks.store(mapping, codePage, underCode);
        now.learn(mapping, 0, mapping.pages());
        if (!judgeHugePage(guest, first, pages, pattern, exit)) {
            judge(mapping, first, pages, pattern, exit);
        }
        now.check(mapping, first, pages);
        return true;
    }

    /**
     * A real guest on huge pages of the host has each as a whole: none of one with a bad frame, and none that small dpages
     * do not make up. Where that is how it ended, what it filled before counts.
     */
    private boolean judgeHugePage(Guest guest, long first, long pages, FillPattern pattern, Exit exit) {
        if (!guest.real() || now.machine().memory().backing() != MemoryBacking.HUGETLB) {
            return false;
        }
        Mapping mapping = guest.mapping();
        if (exit instanceof Exit.Poison(long address, int bits) && bits > PageSize.SIZE_4K.shift()) {
            BrokenRule.unless(hasBad(mapping, address, 1L << bits),
                    "a guest lost 0x%x bytes at 0x%x of %s, mapped at 0x%x, in which nothing is bad", 1L << bits,
                    address, mapping.file(), mapping.address());
            now.tally().count("guest lost a huge page", 1);
        } else if (pageSize == PageSize.SIZE_4K && exit instanceof Exit.Fault(String sentence)
                && sentence.contains(" are not whole pages of ")) {
            now.tally().count("guest met small dpages apart", 1);
        } else {
            return false;
        }
        long filled = Math.clamp((guest.processor().registers().rdi() >> 12) - first, 0, pages);
        for (long page = 0; page < filled; page++) {
            long offset = mapping.fileOffset(first + page);
            BrokenRule.unless(!mapping.file().isBad(offset) && !mapping.file().at(offset).isEmpty(),
                    "a guest filled 0x%x of %s, where it has no memory", offset, mapping.file());
            fill(mapping.file(), offset, pattern.valueOfPage(page));
        }
        return true;
    }

    private static boolean hasBad(Mapping mapping, long address, long bytes) {
        for (long at = address; at < address + bytes; at += PageSize.SIZE_4K.bytes()) {
            if (at >= mapping.address() && at < mapping.address() + mapping.bytes()
                    && mapping.file().isBad(mapping.offset() + at - mapping.address())) {
                return true;
            }
        }
        return false;
    }

    private static void fill(SoakFile file, long offset, long value) {
        file.at(offset).getFirst().fill(file.pageIn(offset), new Filling(value, 0));
    }

    private void judge(Mapping mapping, long first, long pages, FillPattern pattern, Exit exit) {
        SoakFile file = mapping.file();
        for (long page = 0; page < pages; page++) {
            long offset = mapping.fileOffset(first + page);
            if (file.isBad(offset)) {
                BrokenRule.unless(exit instanceof Exit.Poison(long address, int bits)
                        && address >> 12 == (mapping.address() >> 12) + first + page && bits == 12,
                        "a guest met the bad page at 0x%x of %s, mapped at 0x%x, and ended with %s", offset, file,
                        mapping.address(), exit);
                now.tally().count("guest met poison", 1);
                return;
            }
            if (!mapping.insideFile(first + page) || file.at(offset).isEmpty()) {
                BrokenRule.unless(exit instanceof Exit.Fault, "a guest met no memory at 0x%x of %s and ended with %s",
                        offset, file, exit);
                BrokenRule.unless(!mapping.insideFile(first + page) || now.mayBeExhausted(),
                        "a guest got no memory at 0x%x of %s though %d dpages are free: %s", offset, file,
                        now.book().free(), exit);
                now.tally().count("guest met the end", 1);
                return;
            }
            fill(file, offset, pattern.valueOfPage(page));
        }
        BrokenRule.unless(exit instanceof Exit.PortWrite(int port, int width, long value) && port == FillPattern.port()
                && (int) value == FillPattern.doneValue(), "a guest filled its pages and ended with %s", exit);
    }
}
