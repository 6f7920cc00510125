package org.dmemfs.reserve.memblock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Comparator;
import java.util.List;
import java.util.stream.LongStream;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.reserve.DmemRegion;
import org.dmemfs.reserve.MemmapWords;
import org.dmemfs.reserve.Reservation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class MemmapWordsTest {
    private final MemblockService memblock = new MemblockService();

    @ParameterizedTest
    @CsvSource({"2x8G,dmem=1G", "4x384M,dmem=256M", "2x8G,dmem=!1G", "3x5G,dmem=6G@2G", "8x1T,dmem=1000G",
            "64x16G,dmem=15G", "2x8G,mem=10G dmem=1G"})
    void whatIsPrintedReadsBackToTheSameRegions(String machine, String commandLine) {
        Reservation reservation = memblock.reserve(machine, commandLine);
        String words = MemmapWords.of(reservation.regions()).commandLine();
        List<DmemRegion> readBack = memblock.reserve(machine, words).setAsides().stream()
                .flatMap(aside -> aside.ranges().stream())
                .map(range -> new DmemRegion(range.node(), range.startPhysicalAddress(), range.endPhysicalAddress()))
                .toList();
        assertThat(readBack).isEqualTo(reservation.regions()).isNotEmpty();
        assertThat(readBack).isSortedAccordingTo(
                Comparator.comparingLong(DmemRegion::startPhysicalAddress).reversed());
    }

    @Test
    void everyLoaderHasItsEscape() {
        MemmapWords words = MemmapWords.of(memblock.reserve("2x8G", "dmem=1152M").regions());
        assertThat(words.commandLine()).isEqualTo("memmap=1152M$15232M memmap=1152M$7040M");
        assertThat(words.grubConfiguration()).isEqualTo("memmap=1152M\\$15232M memmap=1152M\\$7040M");
        assertThat(words.grubDefault()).isEqualTo("memmap=1152M\\\\\\$15232M memmap=1152M\\\\\\$7040M");
    }

    @Test
    void moreThanACommandLineHoldsIsRefusedWithTheCount() {
        List<DmemRegion> regions = LongStream.range(1, 129)
                .mapToObj(index -> new DmemRegion(0, index << 28, (index << 28) + Section.BYTES)).toList();
        assertThatThrownBy(() -> MemmapWords.of(regions)).isInstanceOf(ErrnoException.class)
                .hasMessageStartingWith("128 regions need ").hasMessageContaining("2,048");
    }

    @Test
    void theClosingZeroIsCounted() {
        assertThat(new MemmapWords(List.of("x".repeat(2047))).commandLine()).hasSize(2047);
        assertThatThrownBy(() -> new MemmapWords(List.of("x".repeat(2048)))).hasMessageContaining("2,049 bytes");
    }
}
