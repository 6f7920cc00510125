package org.dmemfs.vfio.type1;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.dmemfs.kernel.PageSize;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The IOMMU's table against what VT-d allows, and against a naive one. */
class IoPageTableTest {
    private final IoPageTable table = new IoPageTable();

    @AfterEach
    void close() {
        table.close();
    }

    @ParameterizedTest(name = "iova {0} to {1}, {2} bytes: {3} of 1G, {4} of 2M, {5} of 4K")
    @CsvSource({
            "0x0,         0x40000000,  0x1000,     0, 0,   1",
            "0x0,         0x40000000,  0x200000,   0, 1,   0",
            "0x1000,      0x40000000,  0x200000,   0, 0,   512",
            "0x1000,      0x40001000,  0x3ff000,   0, 1,   511",
            "0x200000,    0x40000000,  0x40000000, 0, 512, 0",
            "0x40000000,  0x80000000,  0x40000000, 1, 0,   0",
            "0x3fe00000,  0x7fe00000,  0x80201000, 2, 1,   1",
            "0x7fc0000000,0x100000000, 0x80000000, 2, 0,   0"})
    void mapsWithTheLargestEntriesThatBothSidesAllow(String iova, String physicalAddress, String bytes,
            long entries1G, long entries2M, long entries4K) {
        EntryCounts counts = new EntryCounts();

        table.install(Long.decode(iova), Long.decode(physicalAddress) >> 12, Long.decode(bytes) >> 12, IoEntry.READ,
                counts);

        assertThat(List.of(counts.of(PageSize.SIZE_1G), counts.of(PageSize.SIZE_2M), counts.of(PageSize.SIZE_4K)))
                .containsExactly(entries1G, entries2M, entries4K);
    }

    @ParameterizedTest(name = "size {0}")
    @CsvSource({"0x1000, 0", "0x200000, 0x80", "0x40000000, 0x80"})
    void anEntryHasTheBitsOfVtd(String bytes, String superpage) {
        long size = Long.decode(bytes);
        table.install(size, 2 * size >> 12, size >> 12, IoEntry.READ | IoEntry.WRITE, new EntryCounts());

        long entry = table.lookup(size);

        assertThat(entry & ~0x300L).isEqualTo(2 * size | 3 | Long.decode(superpage));
    }

    @Test
    void aTableWithoutEntriesIsGivenBackAndASuperpageTakesItsPlace() {
        table.install(0, 1 << 18, 511, IoEntry.READ, new EntryCounts());
        assertThat(table.tables()).isEqualTo(4);

        table.clear(0, 511 << 12, new EntryList());
        assertThat(table.tables()).isEqualTo(1);

        table.install(0, 1 << 18, 1 << 18, IoEntry.READ, new EntryCounts());
        assertThat(IoEntry.size(table.lookup(0x12345000))).isEqualTo(PageSize.SIZE_1G);
    }

    static LongStream seeds() {
        return LongStream.rangeClosed(1, 20);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void answersAsANaiveTableDoes(long seed) {
        Random random = new Random(seed);
        TreeMap<Long, Long> naive = new TreeMap<>();
        List<long[]> runs = new ArrayList<>();
        for (int step = 0; step < 200; step++) {
            if (random.nextInt(3) == 0 && !runs.isEmpty()) {
                long[] run = runs.remove(random.nextInt(runs.size()));
                EntryList taken = new EntryList();
                table.clear(run[0] << 12, run[0] + run[1] << 12, taken);
                List<Long> expected = new ArrayList<>(naive.subMap(run[0], run[0] + run[1]).values());
                assertThat(frames(taken)).isEqualTo(expected);
                naive.subMap(run[0], run[0] + run[1]).clear();
            } else {
                long first = random.nextInt(1 << 15);
                long frames = 1L + random.nextInt(2000);
                if (naive.subMap(first, first + frames).isEmpty()) {
                    long pfn = (random.nextBoolean() ? first % 512 : random.nextInt(512)) + (1L << 20);
                    table.install(first << 12, pfn, frames, IoEntry.WRITE, new EntryCounts());
                    for (long frame = 0; frame < frames; frame++) {
                        naive.put(first + frame, pfn + frame);
                    }
                    runs.add(new long[]{first, frames});
                }
            }
            long probe = random.nextInt(1 << 15);
            long entry = table.lookup(probe << 12);
            assertThat(entry == 0 ? null : IoEntry.pfn(entry)).isEqualTo(naive.get(probe));
        }
        runs.forEach(run -> table.clear(run[0] << 12, run[0] + run[1] << 12, new EntryList()));
        assertThat(table.tables()).isEqualTo(1);
    }

    private static List<Long> frames(EntryList entries) {
        List<Long> frames = new ArrayList<>();
        for (int entry = 0; entry < entries.size(); entry++) {
            for (long frame = 0; frame < entries.pageSize(entry).naturePages(); frame++) {
                frames.add(entries.pfn(entry) + frame);
            }
        }
        return frames;
    }
}
