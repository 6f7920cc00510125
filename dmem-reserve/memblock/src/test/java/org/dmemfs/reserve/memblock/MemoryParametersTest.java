package org.dmemfs.reserve.memblock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Collectors;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.reserve.FrameKind;
import org.dmemfs.reserve.MemoryRange;
import org.dmemfs.reserve.Reservation;
import org.dmemfs.reserve.SetAside;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The other ways to set memory aside, on a machine of two nodes of 8G. Addresses and sizes are in MiB. */
final class MemoryParametersTest {
    private final MemblockService memblock = new MemblockService();

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            // what is taken, as NODE:START-END KIND; what is left to the kernel; what metadata stays, in KiB
            "mem=12G                       | 1:12288-16384 SET_ASIDE                      | 12288 | 0",
            "mem=6G                        | 0:6144-8192 SET_ASIDE 1:8192-16384 SET_ASIDE | 6144  | 0",
            "mem=32G                       | -                                            | 16384 | 0",
            "memmap=12G                    | 1:12288-16384 SET_ASIDE                      | 12288 | 0",
            "mem=12300M                    | 1:12300-16384 SET_ASIDE                      | 12300 | 1856",
            "memmap=1G$3G                  | 0:3072-4096 SET_ASIDE                        | 15360 | 0",
            "memmap=1G$0xc0000000          | 0:3072-4096 SET_ASIDE                        | 15360 | 0",
            "memmap=2G$7G                  | 0:7168-8192 SET_ASIDE 1:8192-9216 SET_ASIDE  | 14336 | 0",
            "memmap=64M$3G                 | 0:3072-3136 SET_ASIDE                        | 16320 | 1024",
            "memmap=128M$3136M             | 0:3136-3264 SET_ASIDE                        | 16256 | 2048",
            "memmap=1G#3G                  | 0:3072-4096 SET_ASIDE                        | 15360 | 0",
            "memmap=1G!3G                  | 0:3072-4096 SET_ASIDE                        | 15360 | 16384",
            "memmap=1G%3G-1+0xefffffff     | 0:3072-4096 SET_ASIDE                        | 15360 | 16384",
            "memmap=1G%3G+2                | 0:3072-4096 SET_ASIDE                        | 15360 | 0",
            "memmap=1G%3G-2+7              | -                                            | 16384 | 0",
            "memmap=1G%3G-1                | 0:3072-4096 SET_ASIDE                        | 15360 | 0",
            "memmap=1G%3G                  | 0:3072-4096 SET_ASIDE                        | 15360 | 0",
            "memmap=1G%3G-1+33             | 0:3072-4096 SET_ASIDE                        | 15360 | 0",
            "memmap=1G$32G                 | -                                            | 16384 | 0",
            "memmap=16E$3G                 | -                                            | 16384 | 0",
            "efi_fake_mem=1G@3G:0x40000    | 0:3072-4096 SET_ASIDE                        | 15360 | 16384",
            "efi_fake_mem=1G@3G:0x10000    | -                                            | 16384 | 0"})
    void isTakenFromTheKernel(String parameter, String taken, long leftMebibytes, long metadataKibibytes) {
        SetAside aside = memblock.reserve("2x8G", parameter).setAsides().getFirst();
        assertThat(text(aside.ranges())).isEqualTo(taken.equals("-") ? "" : taken);
        assertThat(aside.leftToKernelBytes() >> 20).isEqualTo(leftMebibytes);
        assertThat(aside.metadataBytes() >> 10).isEqualTo(metadataKibibytes);
        assertThat(aside.parameter()).isEqualTo(parameter);
        assertThat(aside.explanation()).isNotBlank();
    }

    @Test
    void ofOneParameterEachPartIsTold() {
        assertThat(memblock.reserve("2x8G", "memmap=1G$3G,1G!9G efi_fake_mem=1G@1G:0x40000,2G@4G:0x40000").setAsides())
                .extracting(SetAside::parameter).containsExactly("memmap=1G$3G", "memmap=1G!9G",
                        "efi_fake_mem=1G@1G:0x40000", "efi_fake_mem=2G@4G:0x40000");
    }

    @Test
    void theyActInTheOrderOfTheLine() {
        assertThat(memblock.reserve("2x8G", "memmap=1G%3G-1+2 memmap=1G%3G-2+1").setAsides())
                .extracting(aside -> aside.leftToKernelBytes() >> 20).containsExactly(15360L, 16384L);
    }

    @Test
    void reservedWinsOverRamWhereRangesOverlap() {
        assertThat(memblock.reserve("2x8G", "memmap=1G$3G memmap=1G@3G").memoryMap().kindOf(3L << 18))
                .isEqualTo(FrameKind.SET_ASIDE);
    }

    @Test
    void anExactMapIsWhatTheLineSays() {
        Reservation reservation = memblock.reserve("2x8G", "memmap=exactmap memmap=640K@0 memmap=4G@1M dmem=512M");
        assertThat(reservation.memoryMap().bytesOf(FrameKind.SET_ASIDE))
                .isEqualTo((16L << 30) - (4L << 30) - (640 << 10));
        assertThat(reservation.regions()).extracting(region -> region.startPhysicalAddress() >> 20)
                .containsExactly(4096L - 512);
    }

    @Test
    void dmemTakesWhatTheOthersLeft() {
        Reservation reservation = memblock.reserve("2x8G", "mem=12G memmap=1G$11G dmem=1G");
        assertThat(reservation.regions()).extracting(region -> region.startPhysicalAddress() >> 20)
                .containsExactly(10240L, 7168L);
    }

    @Test
    void ramThatTheMachineDoesNotShowIsTold() {
        Reservation reservation = memblock.reserve("1x8G", "memmap=2G@7G");
        assertThat(reservation.memoryMap().endOfRam()).isEqualTo(9L << 30);
        assertThat(reservation.notices())
                .containsExactly(
                        "memmap=2G@7G claims 1G of RAM that the machine does not show: taken as the first node");
    }

    @Test
    void aParameterThatIsGoneSaysSo() {
        assertThat(memblock.reserve("2x8G", "efi_fake_mem=1G@3G:0x40000").setAsides().getFirst().explanation())
                .contains("6.11").contains("memmap=nn%ss-1+0xefffffff");
    }

    @ParameterizedTest
    @ValueSource(strings = {"mem", "mem=", "mem=0", "mem=nopentium", "memmap", "memmap=", "memmap=x",
            "memmap=1G%3G-1+2x",
            "efi_fake_mem", "efi_fake_mem=", "efi_fake_mem=1G", "efi_fake_mem=1G@3G", "efi_fake_mem=1G@3G:",
            "efi_fake_mem=1G@:1"})
    void whatIsMalformedIsLeftOutWithAWarning(String parameter) {
        Reservation reservation = memblock.reserve("2x8G", parameter);
        assertThat(reservation.setAsides()).isEmpty();
        assertThat(reservation.notices()).singleElement().asString().startsWith("Malformed early option '")
                .contains("accepted is");
    }

    @Test
    void ofAPartWithATailTheKernelHasTakenTheFrontAlready() {
        Reservation reservation = memblock.reserve("2x8G", "memmap=1G$3GB");
        assertThat(reservation.setAsides()).hasSize(1);
        assertThat(reservation.notices()).singleElement().asString().contains("is in force");
    }

    @ParameterizedTest
    @ValueSource(strings = {"memmap=exactmap", "mem=1", "memmap=16G$0"})
    void aKernelWithoutRamIsRefused(String parameter) {
        assertThatThrownBy(() -> memblock.reserve("2x8G", parameter)).isInstanceOf(ErrnoException.class)
                .hasMessageContaining("leaves the kernel no RAM");
    }

    @Test
    void aLineLongerThanX86ReadsIsCutWithANotice() {
        Reservation reservation = memblock.reserve("2x8G", "quiet ".repeat(341) + "dmem=1G");
        assertThat(reservation.notices())
                .containsExactly("The command line has 2,053 bytes: x86 reads the first 2,047");
        assertThat(reservation.regions()).isEmpty();
    }

    private static String text(List<MemoryRange> ranges) {
        return ranges.stream().map(range -> "%d:%d-%d %s".formatted(range.node(), range.startPhysicalAddress() >> 20,
                range.endPhysicalAddress() >> 20, range.kind())).collect(Collectors.joining(" "));
    }
}
