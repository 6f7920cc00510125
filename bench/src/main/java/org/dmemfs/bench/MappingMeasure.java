package org.dmemfs.bench;

import java.lang.foreign.ValueLayout;
import java.util.Set;
import org.dmemfs.fs.OpenFile;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.linux.AddressWindow;
import org.dmemfs.linux.HostMemory;
import org.dmemfs.linux.SharedMemory;
import org.dmemfs.mm.AddressSpace;
import org.dmemfs.mm.MapFlag;
import org.dmemfs.mm.MappingCounts;
import org.dmemfs.mm.Protection;
import org.dmemfs.reserve.PhysicalMemory;

/**
 * 1 TiB of memory that nobody ever used, mapped and faulted in by {@code fixup_user_fault}: the time of the whole mapping,
 * on a machine of its own, and the pages of the page table, counted. Each machine does it twice, with another file and
 * other memory: the classes of a machine are its own, so that its first run is one of an interpreter, and the second is
 * what is compared. The peer is as many pages of 4K of a memfd, present, mapped, touched and unmapped by the host, per
 * page, the best of as many runs.
 */
final class MappingMeasure {
    private static final long MAPPED = 1L << 40;
    private static final int RUNS = 9;
    private static final int HOST_PAGES = 1 << 14;

    RatioTable run() {
        RatioTable table = new RatioTable();
        for (PageSize pageSize : new PageSize[]{PageSize.SIZE_1G, PageSize.SIZE_2M}) {
            String what = "1 TiB by fixup_user_fault at " + pageSize.label();
            double perPage = 0;
            for (int run = 1; run <= RUNS; run++) {
                try (FileMachine file = FileMachine.of("1x4T", "2200G:1G", pageSize, MAPPED)) {
                    if (run == 1) {
                        perPage = host(file);
                        table.add(new RatioTable.Row(what, RatioTable.PEER, perPage * pages(pageSize.bytes()) / 1e6,
                                "ms", "computed: %.0f ns per page of the host".formatted(perPage)));
                    }
                    table.add(measured(what, "run " + run + ", first of its machine", file, file.file()));
                    try (OpenFile second = file.mount().create("/second")) {
                        second.truncate(MAPPED);
                        table.add(measured(what, "run " + run + ", second", file, second));
                    }
                }
            }
        }
        return table;
    }

    private static RatioTable.Row measured(String what, String run, FileMachine file, OpenFile mapped) {
        AddressSpace space = file.newTask().addressSpace();
        long taken = file.service(PhysicalMemory.class).hostBytes();
        long step = file.mount().pageSize().bytes();
        long begin = System.nanoTime();
        long address = space.mmap(0, MAPPED, Set.of(Protection.READ, Protection.WRITE), Set.of(MapFlag.SHARED), mapped,
                0);
        for (long at = 0; at < MAPPED; at += step) {
            space.fixupUserFault(address + at, true);
        }
        double milliseconds = (System.nanoTime() - begin) / 1e6;
        MappingCounts counts = space.counts();
        long entries = counts.mapped1G() + counts.mapped2M();
        long touched = file.service(PhysicalMemory.class).hostBytes() - taken;
        if (entries != pages(step) || touched != 0) {
            throw new IllegalStateException("%d entries and %d bytes of the host's memory: %s".formatted(entries,
                    touched, counts));
        }
        return new RatioTable.Row(what, run, milliseconds, "ms",
                "%.0f ns per page, %d pages of page table, %d entries, 0 bytes touched"
                        .formatted(milliseconds * 1e6 / pages(step), counts.pageTablePages(), entries));
    }

    private static long pages(long pageBytes) {
        return MAPPED / pageBytes;
    }

    /** The cost of a page of the host's, in nanoseconds. */
    private static double host(FileMachine machine) {
        HostMemory host = machine.service(HostMemory.class);
        double best = Double.MAX_VALUE;
        try (SharedMemory memory = host.createPopulated("bench", HOST_PAGES * PageSize.SIZE_4K.bytes());
                AddressWindow window = host.reserve(memory.bytes(), PageSize.SIZE_4K)) {
            for (int run = 0; run < RUNS; run++) {
                long begin = System.nanoTime();
                window.map(0, memory, 0, memory.bytes());
                for (long at = 0; at < memory.bytes(); at += PageSize.SIZE_4K.bytes()) {
                    window.segment().set(ValueLayout.JAVA_BYTE, at, (byte) 1);
                }
                window.revoke(0, memory.bytes());
                best = Math.min(best, (System.nanoTime() - begin) / (double) HOST_PAGES);
            }
        }
        return best;
    }
}
