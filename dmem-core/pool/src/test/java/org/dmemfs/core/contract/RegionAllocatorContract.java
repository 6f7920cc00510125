package org.dmemfs.core.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.LongUnaryOperator;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.dmemfs.core.RegionAllocator;
import org.dmemfs.core.RegionAllocatorFactory;
import org.dmemfs.core.TakenDpages;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every {@link RegionAllocator} does, whichever way it looks for a free dpage. */
@SuppressWarnings("JUnit5AbstractClass")
public abstract class RegionAllocatorContract {
    /** The provider under test. */
    protected abstract RegionAllocatorFactory factory();

    private RegionAllocator create(long dpages) {
        return factory().create(dpages, from -> -1);
    }

    private static RandomGenerator seeded(long seed) {
        return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 63, 64, 65, 511, 512, 513, 1000, 32_768, 32_769, 163_840})
    @DisplayName("gives every dpage of a region once, whatever its size, then -1")
    void givesEveryDpageOnce(long dpages) {
        try (RegionAllocator allocator = create(dpages)) {
            BitSet seen = new BitSet();
            for (long dpage = allocator.take(); dpage >= 0; dpage = allocator.take()) {
                assertThat(dpage).isLessThan(dpages);
                assertThat(seen.get((int) dpage)).as("dpage %d given twice", dpage).isFalse();
                seen.set((int) dpage);
            }
            assertThat((long) seen.cardinality()).isEqualTo(dpages);
            assertThat(allocator.free()).isZero();
            assertThat(allocator.recountFree()).isZero();
            assertThat(allocator.takeRun(4)).isEqualTo(-1);
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 8", "4, 4", "100, 7", "64, 64", "1000, 64", "513, 512", "4096, 100"})
    @DisplayName("gives the whole region in runs of neighbours, the last dpage too")
    void givesTheWholeRegionInRuns(int dpages, int tryMax) {
        try (RegionAllocator allocator = create(dpages)) {
            NaiveAllocator model = new NaiveAllocator(dpages);
            for (long run = allocator.takeRun(tryMax); run >= 0; run = allocator.takeRun(tryMax)) {
                assertThat(RegionAllocator.dpagesOf(run)).isBetween(1, tryMax);
                takeAll(model, run);
            }
            assertThat(model.free()).isZero();
        }
    }

    @Test
    @DisplayName("a run of an empty region is as long as was asked")
    void runOfAnEmptyRegion() {
        try (RegionAllocator allocator = create(64)) {
            assertThat(RegionAllocator.dpagesOf(allocator.takeRun(16))).isEqualTo(16);
        }
    }

    @Test
    @DisplayName("what was given back is given out again")
    void givenBackIsGivenOut() {
        try (RegionAllocator allocator = create(3)) {
            allocator.take();
            long second = allocator.take();
            allocator.take();
            allocator.give(second);
            assertThat(allocator.free()).isEqualTo(1);
            assertThat(allocator.take()).isEqualTo(second);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 5, 10, 64})
    @DisplayName("EINVAL for a dpage that is not taken or not there")
    void doubleFree(long dpage) {
        try (RegionAllocator allocator = create(10)) {
            allocator.takeRun(2);
            assertThatThrownBy(() -> allocator.give(dpage)).isInstanceOf(ErrnoException.class)
                    .extracting("errno").isEqualTo(Errno.EINVAL);
            assertThat(allocator.free()).isEqualTo(8);
        }
    }

    @Test
    @DisplayName("a free dpage is disabled once and never given out")
    void disable() {
        try (RegionAllocator allocator = create(100)) {
            assertThat(allocator.disable(50)).isTrue();
            assertThat(allocator.disable(50)).isFalse();
            assertThat(allocator.isTaken(50)).isTrue();
            assertThat(allocator.free()).isEqualTo(99);
            for (long dpage = allocator.take(); dpage >= 0; dpage = allocator.take()) {
                assertThat(dpage).isNotEqualTo(50);
            }
        }
    }

    @Test
    @DisplayName("a taken dpage cannot be disabled")
    void disableTaken() {
        try (RegionAllocator allocator = create(100)) {
            assertThat(allocator.disable(allocator.take())).isFalse();
            assertThat(allocator.free()).isEqualTo(99);
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "64, 10", "1000, 7", "40000, 3", "5000, 100"})
    @DisplayName("begins with what was taken before")
    void beginsWithWhatWasTaken(long dpages, int every) {
        LongUnaryOperator nextTaken = from -> {
            long next = (from + every - 1) / every * every;
            return next < dpages ? next : -1;
        };
        try (RegionAllocator allocator = factory().create(dpages, nextTaken)) {
            long expected = dpages - (dpages + every - 1) / every;
            assertThat(allocator.free()).isEqualTo(expected);
            assertThat(allocator.recountFree()).isEqualTo(expected);
            long count = 0;
            for (long dpage = allocator.take(); dpage >= 0; dpage = allocator.take()) {
                assertThat(dpage % every).as("dpage %d was taken before", dpage).isNotZero();
                count++;
            }
            assertThat(count).isEqualTo(expected);
        }
    }

    /** 64 at a time, as the pool gives them: of every word but each third some dpages, and the last dpage. */
    private static final class Words implements TakenDpages {
        private final BitSet taken = new BitSet();

        Words(long dpages, RandomGenerator random, int percent) {
            for (int dpage = 0; dpage < dpages; dpage++) {
                if (dpage / 64 % 3 != 1 && random.nextInt(100) < percent) {
                    taken.set(dpage);
                }
            }
            taken.set((int) dpages - 1);
        }

        @Override
        public long next(long dpage) {
            return taken.nextSetBit((int) dpage);
        }

        @Override
        public long word(long index) {
            long[] words = taken.toLongArray();
            return index < words.length ? words[(int) index] : 0;
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 0", "2, 64, 50", "3, 65, 100", "4, 511, 10", "5, 1000, 50", "6, 5000, 100", "7, 20001, 3"})
    @DisplayName("begins with what was taken before, 64 at a time, and tells it so again")
    void beginsWithWordsOfWhatWasTaken(long seed, int dpages, int percent) {
        Words begun = new Words(dpages, seeded(seed), percent);
        try (RegionAllocator allocator = factory().create(dpages, begun)) {
            assertThat(allocator.free()).isEqualTo(dpages - begun.taken.cardinality());
            assertThat(allocator.recountFree()).isEqualTo(allocator.free());
            for (int index = 0; index << 6 < dpages; index++) {
                assertThat(allocator.takenWord(index)).as("word %d", index).isEqualTo(begun.word(index));
            }
            long taken = 0;
            for (long dpage = allocator.take(); dpage >= 0; dpage = allocator.take()) {
                assertThat(begun.taken.get((int) dpage)).as("dpage %d was taken before", dpage).isFalse();
                taken++;
            }
            assertThat(taken).isEqualTo(dpages - begun.taken.cardinality());
            for (int index = 0; index << 6 < dpages; index++) {
                long all = dpages - (index << 6) < 64 ? (1L << dpages - (index << 6)) - 1 : -1;
                assertThat(allocator.takenWord(index)).as("word %d of a region that is taken", index).isEqualTo(all);
            }
        }
    }

    @Test
    @DisplayName("16 TiB at 4K: a region of 2^32 dpages costs what is used of it")
    void hugeAndSparse() {
        long dpages = 1L << 32;
        try (RegionAllocator allocator = create(dpages)) {
            assertThat(allocator.free()).isEqualTo(dpages);
            assertThat(allocator.disable(dpages - 1)).isTrue();
            assertThat(allocator.disable(dpages / 2)).isTrue();
            long first = allocator.take();
            long run = allocator.takeRun(1000);
            assertThat(allocator.free()).isEqualTo(dpages - 3 - RegionAllocator.dpagesOf(run));
            assertThat(allocator.nextTaken(dpages / 2)).isEqualTo(dpages / 2);
            assertThat(allocator.nextTaken(dpages / 2 + 1)).isEqualTo(dpages - 1);
            allocator.give(first);
            assertThat(allocator.isTaken(first)).isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 0", "2, 70, 0", "3, 1000, 30", "4, 513, 90", "5, 4096, 50", "6, 100000, 10"})
    @DisplayName("agrees with a plain set of dpages over random operations, and with its own recount")
    void agreesWithTheNaiveModel(long seed, int dpages, int percentTakenBefore) {
        RandomGenerator random = seeded(seed);
        NaiveAllocator model = new NaiveAllocator(dpages);
        for (int dpage = 0; dpage < dpages; dpage++) {
            if (random.nextInt(100) < percentTakenBefore) {
                model.take(dpage);
            }
        }
        List<Long> held = new ArrayList<>();
        try (RegionAllocator allocator = factory().create(dpages, from -> model.nextTaken((int) from))) {
            for (int operation = 0; operation < operations(); operation++) {
                step(allocator, model, held, random);
                assertThat(allocator.free()).as("seed %d, operation %d", seed, operation).isEqualTo(model.free());
                if (operation % 50_000 == 0) {
                    compare(allocator, model, dpages);
                }
            }
            compare(allocator, model, dpages);
        }
    }

    /** How many operations each row of the comparison makes. */
    protected int operations() {
        return 170_000;
    }

    private static void step(RegionAllocator allocator, NaiveAllocator model, List<Long> held, RandomGenerator random) {
        int choice = random.nextInt(1000);
        if (choice < 400) {
            long dpage = allocator.take();
            assertThat(dpage < 0).isEqualTo(model.free() == 0);
            if (dpage >= 0) {
                assertThat(model.isTaken(dpage)).as("dpage %d given twice", dpage).isFalse();
                model.take(dpage);
                held.add(dpage);
            }
        } else if (choice < 450) {
            long run = allocator.takeRun(random.nextInt(1, 200));
            assertThat(run < 0).isEqualTo(model.free() == 0);
            if (run >= 0) {
                takeAll(model, run);
                for (int place = 0; place < RegionAllocator.dpagesOf(run); place++) {
                    held.add(RegionAllocator.firstOf(run) + place);
                }
            }
        } else if (choice < 999 && !held.isEmpty()) {
            int place = random.nextInt(held.size());
            long dpage = held.get(place);
            held.set(place, held.get(held.size() - 1));
            held.remove(held.size() - 1);
            allocator.give(dpage);
            model.give(dpage);
        }
    }

    private static void takeAll(NaiveAllocator model, long run) {
        for (long dpage = RegionAllocator.firstOf(run); dpage < RegionAllocator.firstOf(run)
                + RegionAllocator.dpagesOf(run); dpage++) {
            assertThat(model.isTaken(dpage)).as("dpage %d given twice", dpage).isFalse();
            model.take(dpage);
        }
    }

    private static void compare(RegionAllocator allocator, NaiveAllocator model, int dpages) {
        assertThat(allocator.recountFree()).isEqualTo(model.free());
        assertThat(allocator.longestFreeRun()).isEqualTo(model.longestFreeRun());
        for (int dpage = model.nextTaken(0), own = (int) allocator.nextTaken(0); dpage >= 0
                || own >= 0; dpage = model.nextTaken(dpage + 1), own = (int) allocator.nextTaken(own + 1)) {
            assertThat(own).isEqualTo(dpage);
        }
        for (int dpage = 0; dpage < dpages; dpage += 37) {
            assertThat(allocator.isTaken(dpage)).isEqualTo(model.isTaken(dpage));
        }
    }

    @ParameterizedTest
    @CsvSource({"7, 64, 4", "8, 1000, 4", "9, 5000, 3", "10, 40000, 2"})
    @DisplayName("two owners never have one dpage, and nothing is lost under several threads")
    void severalThreads(long seed, int dpages, int threads) throws Exception {
        AtomicIntegerArray owners = new AtomicIntegerArray(dpages);
        try (RegionAllocator allocator = create(dpages);
                ExecutorService executor = Executors.newFixedThreadPool(threads)) {
            List<Callable<Void>> tasks = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                RandomGenerator random = seeded(seed * 100 + thread);
                tasks.add(() -> takeAndGive(allocator, owners, random, dpages / threads));
            }
            for (Future<Void> done : executor.invokeAll(tasks)) {
                done.get();
            }
            assertThat(allocator.free()).isEqualTo(dpages);
            assertThat(allocator.recountFree()).isEqualTo(dpages);
            assertThat(allocator.longestFreeRun()).isEqualTo(dpages);
        }
    }

    /** Each thread keeps at most its share, so a take in vain means that a free dpage was overlooked. */
    private static Void takeAndGive(RegionAllocator allocator, AtomicIntegerArray owners, RandomGenerator random,
            int share) {
        List<Long> held = new ArrayList<>();
        for (int operation = 0; operation < 50_000; operation++) {
            if (held.size() < share && random.nextBoolean()) {
                long dpage = allocator.take();
                assertThat(dpage).as("a dpage was free").isNotNegative();
                assertThat(owners.getAndIncrement((int) dpage)).as("owners of dpage %d", dpage).isZero();
                held.add(dpage);
            } else if (!held.isEmpty()) {
                giveOne(allocator, owners, held, random.nextInt(held.size()));
            }
        }
        while (!held.isEmpty()) {
            giveOne(allocator, owners, held, held.size() - 1);
        }
        return null;
    }

    private static void giveOne(RegionAllocator allocator, AtomicIntegerArray owners, List<Long> held, int place) {
        long dpage = held.set(place, held.get(held.size() - 1));
        held.remove(held.size() - 1);
        owners.getAndDecrement((int) dpage);
        allocator.give(dpage);
    }
}
