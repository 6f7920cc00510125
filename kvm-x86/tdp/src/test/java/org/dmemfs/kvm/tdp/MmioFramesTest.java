package org.dmemfs.kvm.tdp;

import static org.assertj.core.api.Assertions.assertThat;

import org.dmemfs.kernel.SeriesVersion;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MmioFramesTest {
    @ParameterizedTest(name = "{0} at {1} GiB in {2}: {3}")
    @CsvSource({"RAM, 0, REPAIRED, WRITE_BACK", "DMEM, 1, REPAIRED, WRITE_BACK", "SET_ASIDE, 3, REPAIRED, WRITE_BACK",
            "DEVICE, 4, REPAIRED, UNCACHEABLE", "HOLE, 6, REPAIRED, UNCACHEABLE", "RAM, 0, V2, WRITE_BACK",
            "DMEM, 1, V2, WRITE_BACK", "SET_ASIDE, 3, V2, WRITE_BACK", "DEVICE, 4, V2, UNCACHEABLE",
            "RAM, 0, V1, WRITE_BACK", "DMEM, 1, V1, WRITE_BACK", "SET_ASIDE, 3, V1, UNCACHEABLE",
            "DEVICE, 4, V1, UNCACHEABLE"})
    void whatAFrameIsToAGuest(String kind, long gibibyte, SeriesVersion series, MemoryType type) {
        MmioFrames frames = new MmioFrames(series, SmallHost.reservation().memoryMap(), new DmemFrames()::isDmem);
        long pfn = (gibibyte << 18) + 5;
        assertThat(SmallHost.reservation().memoryMap().kindOf(pfn)).hasToString(kind);
        assertThat(frames.typeOf(pfn)).isEqualTo(type);
    }
}
