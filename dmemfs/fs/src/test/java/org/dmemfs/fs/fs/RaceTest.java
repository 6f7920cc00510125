package org.dmemfs.fs.fs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.dmemfs.core.MemoryFailureFlag;
import org.dmemfs.fs.Mount;
import org.dmemfs.fs.OpenFile;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.kernel.SeriesVersion;
import org.dmemfs.mm.FaultResult;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Threads that meet; whatever happened, every dpage is either free, retired or stands at one index of one file. */
@Timeout(60)
class RaceTest {
    private static final int THREADS = 4;

    @ParameterizedTest(name = "batches of {0}")
    @ValueSource(ints = {1, 3})
    void ofManyWhoFaultOneIndexOneTakesADpage(int batch) throws Exception {
        for (int round = 0; round < 300; round++) {
            PlainMachine machine = new PlainMachine(4);
            machine.settings = PlainMachine.settings(SeriesVersion.REPAIRED, batch);
            OpenFile file = machine.file(machine.mount(PageSize.SIZE_4K), "a", 4);
            PlainVma vma = machine.map(file, 0, 4);
            CyclicBarrier start = new CyclicBarrier(THREADS);
            List<FaultResult> results = together(THREADS, number -> {
                start.await();
                return new PlainFault(vma, vma.start() + 2 * 4096, true).handle();
            });
            assertThat(results).containsOnly(FaultResult.NOPAGE);
            assertThat(machine.pool.used()).hasSize((int) file.stat().dpages());
        }
    }

    @Test
    void theLastDpagesGoToWhoeverAsksAndNobodyWhoseIndexIsFilledGetsASignal() throws Exception {
        for (int round = 0; round < 300; round++) {
            PlainMachine machine = new PlainMachine(4);
            machine.settings = PlainMachine.settings(SeriesVersion.REPAIRED, 4);
            PlainVma vma = machine.map(machine.file(machine.mount(PageSize.SIZE_4K), "a", 4), 0, 4);
            CyclicBarrier start = new CyclicBarrier(THREADS);
            List<FaultResult> results = together(THREADS, number -> {
                start.await();
                return new PlainFault(vma, vma.start() + number * 4096L, true).handle();
            });
            assertThat(results).containsOnly(FaultResult.NOPAGE);
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void faultsTruncatesPoisonAndUnlinksMeetInAnyOrder(long seed) throws Exception {
        int dpages = 24;
        PlainMachine machine = new PlainMachine(dpages);
        machine.settings = PlainMachine.settings(SeriesVersion.REPAIRED, seed % 2 == 0 ? 1 : 3);
        Mount mount = machine.mount(PageSize.SIZE_2M);
        together(THREADS, number -> {
            Random random = new Random(seed * 100 + number);
            String name = "file" + number / 2;
            for (int step = 0; step < 400; step++) {
                step(machine, mount, name, random);
            }
            return FaultResult.NOPAGE;
        });
        checkEntries(machine, mount);
        for (int file = 0; file < THREADS / 2; file++) {
            if (mount.readdir("/").contains("file" + file)) {
                mount.unlink("file" + file);
            }
        }
        assertThat(machine.pool.used()).as("seed " + seed).isEmpty();
        assertThat(machine.pool.free() + machine.pool.retired()).isEqualTo(dpages);
        mount.unmount();
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {11, 12, 13})
    void faultsMeetTheEndOfTheMount(long seed) throws Exception {
        for (int round = 0; round < 50; round++) {
            Random random = new Random(seed + round);
            PlainMachine machine = new PlainMachine(16);
            Mount mount = machine.mount(PageSize.SIZE_4K);
            PlainVma vma = machine.map(machine.file(mount, "a", 16), 0, 16);
            CyclicBarrier start = new CyclicBarrier(THREADS);
            int ender = random.nextInt(THREADS);
            together(THREADS, number -> {
                start.await();
                if (number == ender) {
                    mount.close();
                } else {
                    for (int index = 0; index < 16; index++) {
                        new PlainFault(vma, vma.start() + index * 4096L, true).handle();
                    }
                }
                return FaultResult.NOPAGE;
            });
            assertThat(machine.pool.used()).as("seed " + seed + ", round " + round).isEmpty();
            assertThat(vma.mapping().entries).isEmpty();
        }
    }

    private static void step(PlainMachine machine, Mount mount, String name, Random random) {
        OpenFile file;
        try {
            file = random.nextInt(20) == 0 ? mount.create(name) : mount.open(name, org.dmemfs.fs.OpenMode.READ_WRITE);
        } catch (org.dmemfs.kernel.ErrnoException absentOrPresent) {
            return;
        }
        try (file) {
            switch (random.nextInt(10)) {
                case 0 -> file.truncate((long) random.nextInt(12) << 21);
                case 1 -> {
                    if (random.nextInt(8) == 0) {
                        machine.pool.memoryFailure(512 + random.nextInt(24 * 512), Set.of(MemoryFailureFlag.MUST_KILL));
                    }
                }
                case 2 -> {
                    if (random.nextInt(10) == 0) {
                        mount.unlink(name);
                    }
                }
                default -> {
                    PlainVma vma = machine.map(file, 0, 12);
                    for (int touch = 0; touch < 4; touch++) {
                        long offset = ((long) random.nextInt(12) << 21) + ((long) random.nextInt(512) << 12);
                        new PlainFault(vma, vma.start() + offset, true).handle();
                    }
                    vma.mapping().vmas.remove(vma);
                    vma.operations().close(vma);
                }
            }
        } catch (org.dmemfs.kernel.ErrnoException raced) {
            assertThat(raced.errno()).isEqualTo(org.dmemfs.kernel.Errno.ENOENT);
        }
    }

    /** What is mapped is what stands in the files, and no entry shows a bad frame. */
    private static void checkEntries(PlainMachine machine, Mount mount) {
        Set<Long> frames = new HashSet<>(machine.pool.badFrames());
        for (String name : mount.readdir("/")) {
            try (OpenFile file = mount.open(name, org.dmemfs.fs.OpenMode.READ_ONLY)) {
                ((PlainMapping) file.mapping()).entries.forEach((page, entry) -> {
                    assertThat(page << 12).isLessThan(file.size());
                    for (long frame = 0; frame < entry.size().naturePages(); frame++) {
                        assertThat(frames.add(entry.pfn() + frame)).as(name + " maps pfn " + entry.pfn()).isTrue();
                    }
                    assertThat(machine.pool.used()).containsKey(entry.pfn() / 512);
                });
            }
        }
    }

    private interface Numbered {
        FaultResult run(int number) throws Exception;
    }

    private static List<FaultResult> together(int threads, Numbered work) throws Exception {
        try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
            List<Callable<FaultResult>> calls = new ArrayList<>();
            for (int number = 0; number < threads; number++) {
                int own = number;
                calls.add(() -> work.run(own));
            }
            List<FaultResult> results = new ArrayList<>();
            for (Future<FaultResult> future : executor.invokeAll(calls)) {
                results.add(future.get(30, TimeUnit.SECONDS));
            }
            return results;
        }
    }
}
