package org.dmemfs.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StartedTest {
    @Test
    void processThatClosesItsOutputIsReady() throws IOException {
        Started started = Started.of(List.of("sh", "-c", "echo up; exec >&-; sleep 60"), Map.of());

        assertThat(started.peakBytes()).isBetween(100_000L, 100_000_000L);
        assertThat(started.milliseconds()).isPositive();
    }

    @Test
    void processThatEndsInsteadIsNoStart() {
        assertThatThrownBy(() -> Started.of(List.of("sh", "-c", "echo no such machine; exit 2"), Map.of()))
                .isInstanceOf(IOException.class).hasMessageContaining("no such machine");
    }

    @Test
    void highWaterMarkIsReadInBytes() throws IOException {
        assertThat(Started.highWaterMark(List.of("VmPeak:\t  900 kB", "VmHWM:\t    120 kB", "VmRSS:\t 7 kB")))
                .isEqualTo(122_880);
    }

    @Test
    void medianOfAnEvenNumberLiesBetween() {
        List<Started> starts = List.of(new Started(4, 0), new Started(1, 0), new Started(2, 0), new Started(9, 0));

        assertThat(StartMeasure.median(starts, Started::milliseconds)).isEqualTo(3);
    }
}
