package org.dmemfs.core.bitmap;

import static org.assertj.core.api.Assertions.assertThat;

import org.dmemfs.core.RegionAllocator;
import org.dmemfs.kernel.SeriesVersion;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BitmapAllocatorTest {
    private static BitmapAllocator allocator(long dpages, SeriesVersion series) {
        return new BitmapAllocator(dpages, from -> -1, series);
    }

    @ParameterizedTest
    @CsvSource({"1, STATIC_WORD", "64, STATIC_WORD", "65, KMALLOC", "32768, KMALLOC", "32769, VMALLOC"})
    @DisplayName("patch 30: where a bitmap is kept, by its bits")
    void tier(long bits, BitmapTier tier) {
        assertThat(BitmapTier.of(bits)).isEqualTo(tier);
    }

    @ParameterizedTest
    @CsvSource({"1, 0", "64, 0", "65, 16", "32768, 4096", "32769, 4104"})
    @DisplayName("a region of up to 64 dpages needs no memory beside its own")
    void metadata(long dpages, long bytes) {
        try (RegionAllocator allocator = allocator(dpages, SeriesVersion.REPAIRED)) {
            assertThat(allocator.metadataBytes()).isEqualTo(bytes);
        }
    }

    @ParameterizedTest
    @CsvSource({"REPAIRED, 4, 4, 4", "V2, 4, 4, 3", "V1, 4, 4, 3", "V2, 1, 4, 1", "V2, 2, 2, 1", "REPAIRED, 1, 0, 1",
            "V2, 100, 4, 4", "REPAIRED, 100, 4, 4"})
    @DisplayName("2.5: as posted, a run to the region's end is cut short by one dpage")
    void lostLastDpage(SeriesVersion series, long dpages, int tryMax, int given) {
        try (RegionAllocator allocator = allocator(dpages, series)) {
            assertThat(RegionAllocator.dpagesOf(allocator.takeRun(tryMax))).isEqualTo(given);
        }
    }

    @Test
    @DisplayName("first fit: the lowest free dpage first, a run stops at the first taken one")
    void firstFit() {
        try (RegionAllocator allocator = allocator(200, SeriesVersion.REPAIRED)) {
            for (int taken = 0; taken < 100; taken++) {
                allocator.take();
            }
            allocator.give(70);
            allocator.give(20);
            allocator.give(21);
            assertThat(allocator.takeRun(8)).isEqualTo(RegionAllocator.run(20, 2));
            assertThat(allocator.take()).isEqualTo(70);
            assertThat(allocator.take()).isEqualTo(100);
        }
    }
}
