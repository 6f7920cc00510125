package org.dmemfs.fs.fs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.dmemfs.fs.Mount;
import org.dmemfs.fs.OpenFile;
import org.dmemfs.fs.OpenMode;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.MemoryPolicy;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.mm.BusSignal;
import org.dmemfs.mm.MapFlag;
import org.dmemfs.mm.Protection;
import org.dmemfs.mm.SignalException;
import org.dmemfs.mm.Task;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Tasks store and load, map and unmap, while files are truncated, punched, filled and go bad: whoever loads sees what
 * was stored there in this file, or zero, or gets a signal, and never another file's bytes.
 */
class MeetingIT {
    private static final int THREADS = 4;
    private static final int DPAGES = 12;
    private static final int STEPS = 1500;

    @TempDir
    private Path storage;

    @ParameterizedTest(name = "{0}, seed {1}")
    @CsvSource({"SIZE_4K, 1", "SIZE_2M, 2", "SIZE_2M, 3"})
    void whoeverMeetsSeesHisOwnBytes(PageSize pageSize, long seed) throws Exception {
        try (RunningMachine machine = new RunningMachine(storage, "2x1G", "dmem=128M", "repaired",
                Map.of("maxAllocTryDpages", 2))) {
            long total;
            try (Mount mount = machine.dmemfs().mount("/mnt", "pagesize=" + pageSize.label())) {
                total = machine.ledger().total();
                mount.create("file1").close();
                mount.create("file2").close();
                together(number -> run(machine, mount, number, new Random(seed * 10 + number)));
                machine.ledger();
            }
            assertThat(machine.logged("BUG")).as("seed " + seed).isEmpty();
            try (Mount mount = machine.dmemfs().mount("/mnt", "pagesize=" + pageSize.label())) {
                assertThat(mount.statfs().freeBlocks()).isEqualTo(machine.ledger().total());
                assertThat(machine.ledger().total()).as("what went bad is not there any more")
                        .isEqualTo(total - retired(machine, pageSize));
            }
        }
    }

    private static long retired(RunningMachine machine, PageSize pageSize) throws InterruptedException {
        return machine.pool().badFrames().stream().map(pfn -> pfn / pageSize.naturePages()).distinct().count();
    }

    private static void run(RunningMachine machine, Mount mount, int number, Random random) throws Exception {
        long tag = number % 2 + 1L;
        try (Task task = machine.addressSpaces().newTask("task" + number, number % 2);
                OpenFile file = mount.open("file" + tag, OpenMode.READ_WRITE)) {
            long pageBytes = mount.pageSize().bytes();
            file.truncate(DPAGES * pageBytes);
            long address = map(task, file, pageBytes);
            for (int step = 0; step < STEPS && task.alive(); step++) {
                long index = random.nextInt(DPAGES);
                switch (random.nextInt(40)) {
                    case 0 -> file.truncate(index * pageBytes);
                    case 1, 2, 3 -> file.truncate(DPAGES * pageBytes);
                    case 4 -> file.punchHole(index * pageBytes, pageBytes);
                    case 5 -> fill(file, index * pageBytes, pageBytes);
                    case 6 -> {
                        task.addressSpace().munmap(address, DPAGES * pageBytes);
                        address = map(task, file, pageBytes);
                    }
                    case 7 -> {
                        if (random.nextInt(40) == 0) {
                            file.frameAt(index * pageBytes).ifPresent(pfn -> poison(machine, pfn));
                        }
                    }
                    default -> access(task, address + index * pageBytes + random.nextInt(512) * 8L, tag, random);
                }
            }
        }
    }

    private static void poison(RunningMachine machine, long pfn) {
        try {
            machine.memory().poison(pfn);
            machine.memoryFailure().memoryFailure(pfn, Set.of());
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    private static void fill(OpenFile file, long offset, long bytes) {
        try {
            file.fallocate(offset, bytes, MemoryPolicy.systemDefault(), 0);
        } catch (ErrnoException full) {
            assertThat(full.errno()).isEqualTo(Errno.ENOSPC);
        }
    }

    private static void access(Task task, long address, long tag, Random random) {
        try {
            if (random.nextBoolean()) {
                task.addressSpace().storeLong(address, tag);
            } else {
                assertThat(task.addressSpace().loadLong(address)).isIn(0L, tag);
            }
        } catch (SignalException signal) {
            assertThat(signal.signal().kind()).isIn(BusSignal.Kind.BUS_ADRERR, BusSignal.Kind.BUS_MCEERR_AR);
        }
    }

    private static long map(Task task, OpenFile file, long pageBytes) {
        return task.addressSpace().mmap(0, DPAGES * pageBytes, Set.of(Protection.READ, Protection.WRITE),
                Set.of(MapFlag.SHARED), file, 0);
    }

    private interface Numbered {
        void run(int number) throws Exception;
    }

    private static void together(Numbered work) throws Exception {
        try (ExecutorService executor = Executors.newFixedThreadPool(THREADS)) {
            List<Callable<Boolean>> calls = new ArrayList<>();
            for (int number = 0; number < THREADS; number++) {
                int own = number;
                calls.add(() -> {
                    work.run(own);
                    return true;
                });
            }
            for (Future<Boolean> future : executor.invokeAll(calls)) {
                future.get(60, TimeUnit.SECONDS);
            }
        }
    }
}
