package org.dmemfs.fs.fs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.dmemfs.fs.Mount;
import org.dmemfs.kernel.PageSize;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DpageTreeTest {
    private final DpageTree tree = new DpageTree(file());

    @ParameterizedTest(name = "index {0}")
    @ValueSource(longs = {0, 63, 64, 32767, 32768, 1L << 32, (1L << 51) - 1})
    void anEntryStandsAtItsIndexAlone(long index) {
        assertThat(tree.putIfAbsent(index, 7)).isTrue();
        assertThat(tree.get(index)).isEqualTo(7);
        assertThat(tree.get(index ^ 1)).isZero();
        assertThat(tree.get(index + 64)).isZero();
        assertThat(tree.ceiling(0)).isEqualTo(index);
        assertThat(tree.ceiling(index + 1)).isEqualTo(-1);
    }

    @Test
    void theFirstWhoPutsWins() {
        assertThat(tree.putIfAbsent(5, 7)).isTrue();
        assertThat(tree.putIfAbsent(5, 8)).isFalse();
        assertThat(tree.get(5)).isEqualTo(7);
        assertThat(tree.size()).isEqualTo(1);
    }

    @Test
    void aPoisonedEntryIsStillItsDpage() {
        tree.putIfAbsent(5, 7);
        tree.markPoisoned(5);
        tree.markPoisoned(6);
        assertThat(DpageTree.dpageOf(tree.get(5))).isEqualTo(7);
        assertThat(DpageTree.isPoisoned(tree.get(5))).isTrue();
        assertThat(tree.leaf(5).indexOf(7)).isEqualTo(5);
        assertThat(tree.get(6)).isZero();
    }

    @Test
    void lowEntriesStayWhereTheyAreAsTheTreeGrows() {
        for (int power = 0; power < 51; power++) {
            tree.putIfAbsent(1L << power, power + 1);
        }
        for (int power = 0; power < 51; power++) {
            assertThat(tree.get(1L << power)).isEqualTo(power + 1);
        }
    }

    @ParameterizedTest(name = "seed {0}, indexes below 2^{1}")
    @CsvSource({"1, 8", "2, 16", "3, 33", "4, 51"})
    void aRandomHistoryEndsAsInASortedMap(long seed, int bits) {
        Random random = new Random(seed);
        TreeMap<Long, Long> model = new TreeMap<>();
        for (int step = 0; step < 3000; step++) {
            long index = random.nextLong(1L << bits);
            switch (random.nextInt(8)) {
                case 0 -> {
                    long to = random.nextInt(3) == 0 ? Long.MAX_VALUE : index + random.nextLong(1L << bits);
                    Map<Long, Long> dropped = new HashMap<>();
                    tree.drop(index, to, dropped::put);
                    Map<Long, Long> expected = model.subMap(index, to);
                    assertThat(dropped).isEqualTo(expected);
                    expected.clear();
                }
                case 1, 2 -> {
                    Long ceiling = model.ceilingKey(index);
                    assertThat(tree.ceiling(index)).isEqualTo(ceiling == null ? -1 : ceiling);
                }
                default -> assertThat(tree.putIfAbsent(index, step + 1))
                        .isEqualTo(model.putIfAbsent(index, step + 1L) == null);
            }
            assertThat(tree.size()).isEqualTo(model.size());
        }
        model.forEach((index, dpage) -> assertThat(tree.get(index)).isEqualTo(dpage));
    }

    @Test
    void entriesPutAtOnceByTwoThreadsAreAllThere() throws InterruptedException {
        AtomicLong won = new AtomicLong();
        Thread[] threads = new Thread[2];
        for (int number = 0; number < 2; number++) {
            int thread = number;
            threads[number] = new Thread(() -> {
                Random random = new Random(42);
                for (int step = 0; step < 20_000; step++) {
                    if (tree.putIfAbsent(random.nextLong(1L << random.nextInt(1, 51)), thread + 1)) {
                        won.incrementAndGet();
                    }
                }
            });
            threads[number].start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        AtomicLong dropped = new AtomicLong();
        assertThat(tree.size()).isEqualTo(won.get());
        tree.drop(0, Long.MAX_VALUE, (index, entry) -> dropped.incrementAndGet());
        assertThat(dropped).hasValue(won.get());
    }

    private static RegularFile file() {
        PlainMachine machine = new PlainMachine(1);
        Mount mount = machine.mount(PageSize.SIZE_4K);
        return ((SuperBlock) mount).namespace().create(PathName.parse("a"),
                number -> new RegularFile(number, PathName.parse("a"), (SuperBlock) mount, new PlainMapping()));
    }
}
