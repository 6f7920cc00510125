package org.dmemfs.reserve.memblock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.SeriesVersion;
import org.dmemfs.reserve.DmemRegion;
import org.dmemfs.reserve.FrameKind;
import org.dmemfs.reserve.Memblock;
import org.dmemfs.reserve.Reservation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MemblockServiceTest {
    private static final long GIBIBYTE = 1L << 30;

    private final Memblock memblock = new MemblockService();

    @Test
    void theSeriesOwnExampleSavesFiveGibibytes() {
        Reservation reservation = memblock.reserve("1x384G", "dmem=320G");
        assertThat(reservation.registeredPages()).isEqualTo(83_886_080);
        assertThat(reservation.structPageBytesSaved()).isEqualTo(5_368_709_120L);
    }

    @Test
    void theMapSaysWhichFramesLostTheirStructPage() {
        Reservation reservation = memblock.reserve("2x4G", "ro quiet dmem=1G root=/dev/sda1");
        assertThat(reservation.regions()).containsExactly(new DmemRegion(1, 7 * GIBIBYTE, 8 * GIBIBYTE),
                new DmemRegion(0, 3 * GIBIBYTE, 4 * GIBIBYTE));
        assertThat(reservation.memoryMap().kindOf((3 * GIBIBYTE >> 12) - 1)).isEqualTo(FrameKind.RAM);
        assertThat(reservation.memoryMap().kindOf(3 * GIBIBYTE >> 12)).isEqualTo(FrameKind.DMEM);
        assertThat(reservation.memoryMap().kindOf(4 * GIBIBYTE >> 12)).isEqualTo(FrameKind.RAM);
        assertThat(reservation.memoryMap().nodeOf(7 * GIBIBYTE >> 12)).isEqualTo(1);
        assertThat(reservation.memoryMap().bytesOf(FrameKind.DMEM)).isEqualTo(2 * GIBIBYTE);
        assertThat(reservation.memoryMap().endOfRam()).isEqualTo(8 * GIBIBYTE);
    }

    @Test
    void withoutDmemNothingIsTakenAndNothingIsSaid() {
        Reservation reservation = memblock.reserve("2x4G", "ro quiet");
        assertThat(reservation.regions()).isEmpty();
        assertThat(reservation.notices()).isEmpty();
        assertThat(reservation.structPageBytesSaved()).isZero();
    }

    @Test
    void aMachineOfSixteenTebibytesIs64Regions() {
        Reservation reservation = memblock.reserve("64x256G", "dmem=240G");
        assertThat(reservation.regions()).hasSize(64).allMatch(region -> region.bytes() == 240 * GIBIBYTE);
        assertThat(reservation.shortfalls()).isEmpty();
    }

    @Test
    void aThousandNodesHaveDistances() {
        Reservation reservation = memblock.reserve("1024x1G", "dmem=512M", SeriesVersion.V2);
        assertThat(reservation.regions()).hasSize(85);
        assertThat(reservation.shortfalls()).hasSize(1024 - 85);
        assertThat(reservation.topology().distance(1023, 1023)).isEqualTo(10);
        assertThat(reservation.topology().distance(0, 1023)).isEqualTo(20);
    }

    @Test
    void aCrashKernelThatDmemDisplacesIsTold(@TempDir Path directory) throws IOException {
        Path map = Files.writeString(directory.resolve("iomem"), """
                00000000-7fffffff : System RAM
                  70000000-7fffffff : Crash kernel
                """);
        assertThat(memblock.reserve(map.toString(), "dmem=1G", SeriesVersion.V2).notices()).last().asString()
                .startsWith("The crash kernel");
        assertThat(memblock.reserve(map.toString(), "dmem=1G", SeriesVersion.V1).regions())
                .containsExactly(new DmemRegion(0, 0x30000000, 0x70000000));
    }

    @Test
    void theCommandLineIsRefusedBeforeTheMachineIsRead() {
        assertThatThrownBy(() -> memblock.reserve("no/such/file", "dmem=7")).isInstanceOf(ErrnoException.class)
                .hasMessageStartingWith("dmem=7");
    }
}
