package org.dmemfs.kvm.tdp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.kvm.MappedEntries;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecondLevelTableTest {
    private final SecondLevelTable table = new SecondLevelTable();

    @AfterEach
    void close() {
        table.close();
    }

    @ParameterizedTest
    @CsvSource({"SIZE_4K, true, WRITE_BACK, 0x200000012345037", "SIZE_2M, true, WRITE_BACK, 0x2000000123450b7",
            "SIZE_1G, false, WRITE_BACK, 0x123450b5", "SIZE_4K, false, UNCACHEABLE, 0x12345005"})
    void aLeafHasTheHardwaresLayout(PageSize size, boolean writable, MemoryType type, long entry) {
        assertThat(SecondLevelEntry.leaf(0x12345, size, writable, type)).isEqualTo(entry);
    }

    @Test
    void aHugeLeafTakesThePlaceOfSmallOnesAndTheirTables() {
        long before = table.tables();
        for (long page = 0; page < 512; page++) {
            table.map(page << 12, PageSize.SIZE_4K, SecondLevelEntry.leaf(page, PageSize.SIZE_4K, true,
                    MemoryType.WRITE_BACK));
        }
        assertThat(table.entries()).isEqualTo(new MappedEntries(512, 0, 0));
        assertThat(table.tables()).isEqualTo(before + 3);
        table.map(0, PageSize.SIZE_2M, SecondLevelEntry.leaf(0, PageSize.SIZE_2M, true, MemoryType.WRITE_BACK));
        assertThat(table.entries()).isEqualTo(new MappedEntries(0, 1, 0));
        assertThat(table.tables()).isEqualTo(before + 2);
        assertThat(table.zap(4096, 8192)).isTrue();
        assertThat(table.walk(0)).isZero();
        assertThat(table.zap(0, 1L << 39)).as("nothing is left but empty tables").isFalse();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void itAnswersAsANaiveMapDoes(long seed) {
        Random random = new Random(seed);
        TreeMap<Long, PageSize> model = new TreeMap<>();
        for (int step = 0; step < 2000; step++) {
            PageSize size = PageSize.values()[random.nextInt(10) == 0 ? 2 : random.nextInt(2)];
            long address = (random.nextLong() & (4L << 30) - 1) & -size.bytes();
            if (random.nextInt(4) > 0) {
                drop(model, address, address + size.bytes());
                model.put(address, size);
                table.map(address, size,
                        SecondLevelEntry.leaf(address >> 12, size, true, MemoryType.WRITE_BACK));
            } else {
                boolean any = drop(model, address, address + size.bytes());
                table.zap(address, address + size.bytes());
                assertThat(table.walk(address) != 0).as("seed %d step %d: was there: %s", seed, step, any).isFalse();
            }
            long probe = random.nextLong() & (4L << 30) - 1;
            Map.Entry<Long, PageSize> expected = model.floorEntry(probe);
            boolean mapped = expected != null && probe < expected.getKey() + expected.getValue().bytes();
            long leaf = table.walk(probe);
            assertThat(leaf != 0).as("seed %d step %d", seed, step).isEqualTo(mapped);
            if (mapped) {
                assertThat(table.leafSize()).isEqualTo(expected.getValue());
                assertThat(SecondLevelEntry.address(leaf)).isEqualTo(expected.getKey());
            }
        }
        assertThat(table.entries()).isEqualTo(new MappedEntries(count(model, PageSize.SIZE_4K),
                count(model, PageSize.SIZE_2M), count(model, PageSize.SIZE_1G)));
    }

    private static boolean drop(Map<Long, PageSize> model, long start, long end) {
        return model.entrySet().removeIf(
                entry -> entry.getKey() < end && start < entry.getKey() + entry.getValue().bytes());
    }

    private static long count(Map<Long, PageSize> model, PageSize size) {
        return model.values().stream().filter(size::equals).count();
    }
}
