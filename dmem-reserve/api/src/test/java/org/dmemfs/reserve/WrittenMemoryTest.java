package org.dmemfs.reserve;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WrittenMemoryTest {
    @ParameterizedTest(name = "0x{0} to 0x{1} marks {2} chunks from 0x{3}")
    @CsvSource({"200000, 400000, 1, 200000", "201000, 202000, 1, 200000", "1ff000, 201000, 2, 0",
            "40000000, 80000000, 512, 40000000", "ffffe00000, 10000200000, 2, ffffe00000"})
    void aRangeMarksEveryChunkThatItTouches(String start, String end, int chunks, String first) {
        WrittenMemory written = new WrittenMemory();
        written.mark(Long.parseLong(start, 16), Long.parseLong(end, 16));
        assertThat(starts(written)).hasSize(chunks).isSorted().first().isEqualTo(Long.parseLong(first, 16));
    }

    @Test
    void whatIsMarkedTwiceIsToldOnce() {
        WrittenMemory written = new WrittenMemory();
        written.mark(0, 1);
        written.mark(0x1000, 0x2000);
        assertThat(starts(written)).containsExactly(0L);
    }

    private static List<Long> starts(WrittenMemory written) {
        List<Long> starts = new ArrayList<>();
        written.forEachChunk((start, end) -> {
            assertThat(end - start).isEqualTo(2L << 20);
            starts.add(start);
        });
        return starts;
    }
}
