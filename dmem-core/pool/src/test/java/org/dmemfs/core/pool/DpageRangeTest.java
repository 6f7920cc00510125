package org.dmemfs.core.pool;

import static org.assertj.core.api.Assertions.assertThat;

import org.dmemfs.kernel.PageSize;
import org.dmemfs.kernel.SeriesVersion;
import org.dmemfs.reserve.DmemRegion;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DpageRangeTest {
    @ParameterizedTest
    @CsvSource({"SIZE_4K,  1024, 1152, 262144, 32768,     0, both ends are aligned",
            "SIZE_2M,  1024, 1152,    512,    64,     0, both ends are aligned",
            "SIZE_1G,  1024, 3072,      1,     2,     0, both ends are aligned",
            "SIZE_1G,   896, 2176,      1,     1, 65536, head and tail are slack",
            "SIZE_1G,  1024, 1152,      1,     0, 32768, shorter than a dpage from its start",
            "SIZE_1G,  1152, 1280,      2,     0, 32768, 12.2.1: strictly inside one dpage"})
    @DisplayName("the dpages of a region are its ends rounded inwards")
    void repaired(PageSize size, long startMiB, long endMiB, long first, long dpages, long unaligned, String what) {
        DpageRange range = DpageRange.of(new DmemRegion(0, startMiB << 20, endMiB << 20), size, SeriesVersion.REPAIRED);
        assertThat(range).as(what).isEqualTo(new DpageRange(first, dpages, unaligned, false));
    }

    @ParameterizedTest
    @CsvSource({"V1, 1024, 1152, false", "V1, 1152, 1280, true", "V2, 1152, 1280, true", "V2, 1024, 2048, false"})
    @DisplayName("12.2.1: as posted, a region strictly inside one dpage underflows")
    void posted(SeriesVersion series, long startMiB, long endMiB, boolean underflowed) {
        DpageRange range = DpageRange.of(new DmemRegion(0, startMiB << 20, endMiB << 20), PageSize.SIZE_1G, series);
        assertThat(range.underflowed()).isEqualTo(underflowed);
    }
}
