package org.dmemfs.reserve.memblock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Objects;
import org.dmemfs.kernel.ErrnoException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DmemChoiceTest {
    @ParameterizedTest
    @CsvSource({"dmem=1G, 1073741824", "dmem=1G dmem=2G, 2147483648", "dmem=2G dmem=1X, 2147483648",
            "dmem=1X dmem=1G, 1073741824", "dmem=1G dmem quiet, 1073741824", "dmem=1G dmem.x=2G dmemx=3G, 1073741824",
            "dmem=1G -- dmem=2G, 1073741824"})
    void theLastGoodOneIsInForce(String line, long size) {
        assertThat(Objects.requireNonNull(DmemChoice.of(KernelCommandLine.of(line)).inForce()).size()).isEqualTo(size);
    }

    @Test
    void aBadOneBesideAGoodOneIsAWarning() {
        assertThat(DmemChoice.of(KernelCommandLine.of("dmem=1G dmem=7")).notices()).last().asString()
                .startsWith("Malformed early option 'dmem': dmem=7 asks for the size 7B");
    }

    @ParameterizedTest
    @CsvSource({"dmem=7, dmem=7 asks", "dmem=7 dmem=1X, dmem=1X has", "dmem = 4G, dmem has no value"})
    void badOnesAloneAreRefused(String line, String sentence) {
        assertThatThrownBy(() -> DmemChoice.of(KernelCommandLine.of(line))).isInstanceOf(ErrnoException.class)
                .hasMessageStartingWith(sentence);
    }

    @Test
    void aLineWithoutAnyAsksForNothing() {
        assertThat(DmemChoice.of(KernelCommandLine.of("ro quiet"))).isEqualTo(new DmemChoice(null, List.of()));
    }
}
