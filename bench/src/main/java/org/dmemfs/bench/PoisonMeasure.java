package org.dmemfs.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.dmemfs.core.MemoryFailureFlag;
import org.dmemfs.core.PoisonOutcome;
import org.dmemfs.fs.OpenFile;
import org.dmemfs.kernel.MemoryPolicy;
import org.dmemfs.kernel.NodeMask;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.mce.MemoryFailure;
import org.dmemfs.mm.AddressSpaces;
import org.dmemfs.mm.BusSignal;
import org.dmemfs.mm.MapFlag;
import org.dmemfs.mm.Protection;
import org.dmemfs.mm.Task;
import org.dmemfs.reserve.PhysicalMemory;

/**
 * One page of a file that four tasks have mapped goes bad, while so many other files are open, each with a dpage of its own:
 * the time of the report, at whose end the last of the tasks has lost its entry and has got its signal. The peer is ten
 * files.
 */
final class PoisonMeasure {
    private static final List<Integer> FILES = List.of(10, 1_000, 10_000);
    private static final int MAPPERS = 4;
    private static final int WARM_UP = 2_000;
    private static final int TIMES = 501;
    private static final long DPAGE = PageSize.SIZE_2M.bytes();
    private static final double MICROSECOND = 1e3;

    RatioTable run() {
        RatioTable table = new RatioTable();
        for (int files : FILES) {
            Median median = measure(files);
            table.add(new RatioTable.Row("poison of a page that 4 tasks map",
                    files == FILES.getFirst() ? RatioTable.PEER : files + " open files", median.value() / MICROSECOND,
                    "us", "%d open files; %s".formatted(files, median.range(MICROSECOND, "us"))));
        }
        return table;
    }

    private static Median measure(int files) {
        long dpages = WARM_UP + TIMES;
        try (MappedFile file = MappedFile.of("1x64G", "40G:1G", "simulated", PageSize.SIZE_2M, dpages * DPAGE)) {
            file.touchAll();
            openOthers(file, files - 1);
            List<Task> mappers = mappers(file);
            Median median = new Median(TIMES);
            for (int time = 0; time < dpages; time++) {
                long nanoseconds = poison(file, mappers, time * DPAGE + 5 * 4096L);
                if (time >= WARM_UP) {
                    median.add(nanoseconds);
                }
            }
            return median;
        }
    }

    private static void openOthers(MappedFile file, int count) {
        for (int each = 0; each < count; each++) {
            OpenFile other = file.mount().create("/other" + each);
            other.fallocate(0, DPAGE, MemoryPolicy.bind(NodeMask.of(0)), 0);
        }
    }

    private static List<Task> mappers(MappedFile file) {
        List<Task> mappers = new ArrayList<>();
        for (int each = 0; each < MAPPERS; each++) {
            Task task = file.machine().service(AddressSpaces.class).newTask("mapper" + each, 0);
            task.prctlMachineCheckEarly(true);
            long address = task.addressSpace().mmap(0, file.bytes(), Set.of(Protection.READ, Protection.WRITE),
                    Set.of(MapFlag.SHARED), file.file(), 0);
            for (long offset = 0; offset < file.bytes(); offset += DPAGE) {
                task.addressSpace().fixupUserFault(address + offset, true);
            }
            mappers.add(task);
        }
        return mappers;
    }

    private static long poison(MappedFile file, List<Task> mappers, long offset) {
        long pfn = file.file().frameAt(offset).orElseThrow();
        MemoryFailure failure = file.machine().service(MemoryFailure.class);
        file.machine().service(PhysicalMemory.class).poison(pfn);
        int before = mappers.getLast().signals().size();
        long start = System.nanoTime();
        PoisonOutcome outcome = failure.memoryFailure(pfn, Set.of(MemoryFailureFlag.MUST_KILL));
        long time = System.nanoTime() - start;
        List<BusSignal> signals = mappers.getLast().signals();
        if (outcome != PoisonOutcome.USED_ANNOUNCED || signals.size() != before + 1) {
            throw new IllegalStateException("the report of pfn 0x%x ended in %s, signals %d".formatted(pfn, outcome,
                    signals.size()));
        }
        return time;
    }
}
