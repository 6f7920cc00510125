package org.dmemfs.mm.series;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.mm.AddressSpace;
import org.dmemfs.mm.BusSignal;
import org.dmemfs.mm.MapFlag;
import org.dmemfs.mm.MappingCounts;
import org.dmemfs.mm.Protection;
import org.dmemfs.mm.SignalException;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Faults of several threads at once, with their bytes checked: in mappings of their own, in one mapping, and on one page that
 * is truncated, unmapped and mapped again all the while. At the end nothing is left and nothing was logged.
 */
@Timeout(240)
class ParallelFaultsTest {
    private static final Set<Protection> READ_WRITE = Set.of(Protection.READ, Protection.WRITE);
    private static final long PAGE = 4096;
    private static final long BYTES = 16 * TestMachine.MIB;
    private static final long BASE = 0x10_0000_0000L;
    private static final int THREADS = 4;
    private static final int STEPS = 20_000;

    /** What a thread does again and again; the answer is what went wrong, or an empty text. */
    @FunctionalInterface
    private interface Worker {
        String step(int thread, Random random);
    }

    /** The number that the first 8 bytes of a page of the file hold. */
    private static long numberOf(long page) {
        return (page + 1) * 0x9e37_79b9L;
    }

    private static RegionFile numbered(TestMachine machine, PageSize size) {
        RegionFile file = machine.file(size, BYTES);
        for (long page = 0; page < BYTES / PAGE; page++) {
            machine.bytes().storeLong(file.pfn(page) << 12, numberOf(page));
        }
        return file;
    }

    private static String run(long seed, Worker worker) throws Exception {
        System.out.println("seed " + seed);
        AtomicBoolean failed = new AtomicBoolean();
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            List<Future<String>> answers = new ArrayList<>();
            for (int thread = 0; thread < THREADS; thread++) {
                int number = thread;
                answers.add(threads.submit(() -> {
                    Random random = new Random(seed + number);
                    for (int step = 0; step < STEPS && !failed.get(); step++) {
                        String wrong = worker.step(number, random);
                        if (!wrong.isEmpty()) {
                            failed.set(true);
                            return "thread " + number + " step " + step + ": " + wrong + "\n";
                        }
                    }
                    return "";
                }));
            }
            StringBuilder wrong = new StringBuilder();
            for (Future<String> answer : answers) {
                wrong.append(answer.get());
            }
            return wrong.toString();
        }
    }

    private static String different(long page, long wanted, long found) {
        return wanted == found ? "" : "page %d holds %x, not %x".formatted(page, found, wanted);
    }

    private static void assertNothingIsLeft(TestMachine machine, AddressSpace space) {
        MappingCounts counts = space.counts();
        assertThat(List.of(counts.mapped4K(), counts.mapped2M(), counts.mapped1G(), counts.pageTablePages()))
                .containsExactly(0L, 0L, 0L, 1L);
        assertThat(machine.logLines()).isEmpty();
    }

    @ParameterizedTest(name = "{0}, seed {1}")
    @CsvSource({"SIZE_4K, 1", "SIZE_4K, 20201207", "SIZE_2M, 2", "SIZE_2M, 20201208"})
    void inMappingsOfTheirOwn(PageSize size, long seed) throws Exception {
        try (TestMachine machine = TestMachine.repaired()) {
            RegionFile file = numbered(machine, size);
            AddressSpace space = machine.newSpace();
            String wrong = run(seed, (thread, random) -> {
                long address = BASE + thread * (BYTES << 2);
                if (random.nextInt(100) == 0 || space.findVma(address) == null) {
                    space.mmap(address, BYTES, READ_WRITE, Set.of(MapFlag.SHARED, MapFlag.FIXED), file, 0);
                }
                if (random.nextInt(200) == 0) {
                    long cut = random.nextLong(BYTES / size.bytes()) * size.bytes();
                    space.munmap(address + cut, size.bytes());
                    space.mmap(address + cut, size.bytes(), READ_WRITE, Set.of(MapFlag.SHARED, MapFlag.FIXED), file,
                            cut);
                }
                long page = random.nextLong(BYTES / PAGE);
                return different(page, numberOf(page), space.loadLong(address + page * PAGE));
            });
            assertThat(wrong).isEmpty();
            space.munmap(BASE, BYTES * 4 * THREADS);
            assertNothingIsLeft(machine, space);
        }
    }

    /** Each thread keeps numbers of its own in every page, while the last takes the entries out under all of them. */
    @ParameterizedTest(name = "{0}, seed {1}")
    @CsvSource({"SIZE_4K, 3", "SIZE_4K, 20201209", "SIZE_2M, 4", "SIZE_2M, 20201210"})
    void inPagesOfOneMapping(PageSize size, long seed) throws Exception {
        try (TestMachine machine = TestMachine.repaired()) {
            RegionFile file = numbered(machine, size);
            AddressSpace space = machine.newSpace();
            space.mmap(BASE, BYTES, READ_WRITE, Set.of(MapFlag.SHARED, MapFlag.FIXED), file, 0);
            long[][] stored = new long[THREADS][(int) (BYTES / PAGE)];
            String wrong = run(seed, (thread, random) -> {
                int page = random.nextInt((int) (BYTES / PAGE));
                if (thread == THREADS - 1 && random.nextInt(4) == 0) {
                    file.mapping().unmapRange(page, 1 + random.nextInt(600));
                }
                long address = BASE + page * PAGE;
                long own = address + 8L * (thread + 1);
                if (space.loadLong(own) != stored[thread][page]) {
                    return different(page, stored[thread][page], space.loadLong(own));
                }
                stored[thread][page] = random.nextLong();
                space.storeLong(own, stored[thread][page]);
                return different(page, numberOf(page), space.loadLong(address));
            });
            assertThat(wrong).isEmpty();
            space.munmap(BASE, BYTES);
            assertNothingIsLeft(machine, space);
        }
    }

    /** Faults, truncates, unmaps and maps of one page meet in any order. */
    @ParameterizedTest(name = "{0}, seed {1}")
    @CsvSource({"SIZE_4K, 5", "SIZE_4K, 20201211", "SIZE_2M, 6", "SIZE_2M, 20201212"})
    void onOnePageThatComesAndGoes(PageSize size, long seed) throws Exception {
        try (TestMachine machine = TestMachine.repaired()) {
            RegionFile file = numbered(machine, size);
            AddressSpace space = machine.newSpace();
            String wrong = run(seed, (thread, random) -> {
                switch (random.nextInt(12)) {
                    case 0 -> file.truncate(0);
                    case 1, 2 -> file.truncate(BYTES);
                    case 3 -> space.munmap(BASE, size.bytes());
                    case 4, 5 -> space.mmap(BASE, size.bytes(), READ_WRITE, Set.of(MapFlag.SHARED, MapFlag.FIXED),
                            file, 0);
                    default -> {
                        return touch(space, thread, random);
                    }
                }
                return "";
            });
            assertThat(wrong).isEmpty();
            space.munmap(BASE, size.bytes());
            assertThat(file.opened.get()).isEqualTo(file.closed.get());
            assertThat(file.mapping().isMapped()).isFalse();
            assertNothingIsLeft(machine, space);
        }
    }

    private static String touch(AddressSpace space, int thread, Random random) {
        try {
            if (random.nextBoolean()) {
                space.storeLong(BASE + 8L * (thread + 1), thread);
                return "";
            }
            return different(0, numberOf(0), space.loadLong(BASE));
        } catch (SignalException signal) {
            BusSignal.Kind kind = signal.signal().kind();
            return kind == BusSignal.Kind.BUS_ADRERR || kind == BusSignal.Kind.SEGV_MAPERR ? "" : kind.name();
        }
    }
}
