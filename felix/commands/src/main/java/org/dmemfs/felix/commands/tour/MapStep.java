package org.dmemfs.felix.commands.tour;

import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.dmemfs.fs.Mount;
import org.dmemfs.fs.OpenFile;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.MemorySize;
import org.dmemfs.mm.AddressSpace;
import org.dmemfs.mm.EntryBit;
import org.dmemfs.mm.MapFlag;
import org.dmemfs.mm.MappingCounts;
import org.dmemfs.mm.Protection;
import org.dmemfs.mm.Task;
import org.dmemfs.mm.WalkStep;

/** A task maps the file and touches every page of it. */
final class MapStep {
    private final TourMachine machine;

    MapStep(TourMachine machine) {
        this.machine = machine;
    }

    MappedTourFile run(Mount mount, StepReport report) {
        OpenFile file = mount.create(MappedTourFile.PATH);
        int node = machine.reservation().topology().online().nth(0);
        Task task = machine.addressSpaces().newTask("vmm", node);
        try {
            long bytes = machine.fileBytes();
            file.truncate(bytes);
            long address = task.addressSpace().mmap(0, bytes, Set.of(Protection.READ, Protection.WRITE),
                    Set.of(MapFlag.SHARED), file, 0);
            MappedTourFile mapped = new MappedTourFile(mount, file, task, address, bytes);
            report.modelled("task %d (%s) maps %s of %s%s shared at 0x%x".formatted(task.pid(), task.name(),
                    MemorySize.format(bytes), mount.target(), MappedTourFile.PATH, address));
            touch(mapped, report);
            show(mapped, address + bytes / 2 + 0x3000, report);
            return mapped;
        } catch (RuntimeException refused) {
            task.close();
            file.close();
            mount.unlink(MappedTourFile.PATH);
            throw refused;
        }
    }

    private void touch(MappedTourFile mapped, StepReport report) {
        long step = machine.pageSize().bytes();
        AddressSpace memory = mapped.memory();
        for (long offset = 0; offset < mapped.bytes(); offset += step) {
            memory.storeLong(mapped.address() + offset, offset);
        }
        MappingCounts counts = memory.counts();
        report.modelled("touched once per %s page: %,d PUD, %,d PMD and %,d PTE faults; %,d page-table pages of 4K"
                .formatted(machine.pageSize().label(), counts.pudFaults(), counts.pmdFaults(), counts.pteFaults(),
                        counts.pageTablePages()));
        report.figure("pudFaults", counts.pudFaults());
        report.figure("pmdFaults", counts.pmdFaults());
        report.figure("pteFaults", counts.pteFaults());
        report.figure("pageTablePages", counts.pageTablePages());
    }

    private static void show(MappedTourFile mapped, long virtualAddress, StepReport report) {
        AddressSpace memory = mapped.memory();
        WalkStep leaf = memory.walk(virtualAddress).stream().filter(WalkStep::leaf).findFirst()
                .orElseThrow(
                        () -> new TourFailure("no entry maps 0x%x after it was touched".formatted(virtualAddress)));
        String bits = String.join(" ",
                leaf.bits().stream().sorted(Comparator.naturalOrder()).map(EntryBit::name).toList());
        long pfn = memory.followPfn(virtualAddress);
        report.modelled("0x%x: %s entry 0x%016x [%s]".formatted(virtualAddress, leaf.level(), leaf.entry(), bits));
        report.modelled("follow_pfn answers pfn 0x%x; get_user_pages answers %s".formatted(pfn,
                refusal(memory, virtualAddress)));
        report.figure("entry", "0x%016x".formatted(leaf.entry()));
        report.figure("entryLevel", leaf.level());
        report.figure("pfn", "0x%x".formatted(pfn));
        report.figure("getUserPages", refusal(memory, virtualAddress));
    }

    private static String refusal(AddressSpace memory, long virtualAddress) {
        try {
            List<Long> pinned = memory.getUserPages(virtualAddress, 1, true);
            memory.unpinUserPages(pinned);
            throw new TourFailure("get_user_pages pinned dmem at 0x%x".formatted(virtualAddress));
        } catch (ErrnoException refused) {
            TourFailure.unless(refused.errno() == Errno.EFAULT, "get_user_pages answers " + refused.errno());
            return refused.errno().name();
        }
    }
}
