package org.dmemfs.reserve.memblock;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.reserve.DmemRegion;
import org.dmemfs.reserve.FrameKind;
import org.dmemfs.reserve.Reservation;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is typed or saved, the answer is a reservation that holds together or an errno with a sentence. */
final class UntrustedInputTest {
    private static final List<String> WORDS = List.of("dmem=", "mem=", "memmap=", "efi_fake_mem=", "hugepages=",
            "hugepagesz=", "exactmap", "128M", "1G", "5G", "!", "@", ":", "$", "#", "%", "-1", "+2", "+0xefffffff", ",",
            " ",
            "\"", "0", "0x", "16E", "7", "--", "=", "K", "99999999999999999999", "\u00e4", "0:3");
    private static final String IOMEM = """
            00001000-0009fbff : System RAM
            00100000-7fffffff : System RAM
              01000000-02209987 : Kernel code
            100000000-1ffffffff : System RAM
            """;
    private static final String DMESG = """
            Linux version 5.10.0
            Command line: ro dmem=1G
            BIOS-e820: [mem 0x0000000000000000-0x000000007fffffff] usable
            BIOS-e820: 0000000100000000 - 0000000200000000 (usable)
            ACPI: SRAT: Node 0 PXM 0 [mem 0x00000000-0x7fffffff]
            SRAT: Node 1 PXM 1 100000000-200000000
            NODE_DATA(0) allocated [mem 0x7ffd5000-0x7fffffff]
            Early memory node ranges
              node   0: [mem 0x0000000000001000-0x000000007fffffff]
                1: 0x00100000 -> 0x00200000
            """;

    private final MemblockService memblock = new MemblockService();

    @TempDir
    private Path directory;

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 20261120})
    void commandLines(long seed) {
        Random random = new Random(seed);
        for (int step = 0; step < 3000; step++) {
            StringBuilder line = new StringBuilder();
            for (int word = random.nextInt(12); word >= 0; word--) {
                line.append(WORDS.get(random.nextInt(WORDS.size())));
            }
            check("2x8G", line.toString(), "seed " + seed + ", step " + step);
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 20261120})
    void savedFiles(long seed) throws IOException {
        Random random = new Random(seed);
        for (int step = 0; step < 500; step++) {
            byte[] bytes = (random.nextBoolean() ? IOMEM : DMESG).getBytes(StandardCharsets.ISO_8859_1);
            for (int change = random.nextInt(20); change >= 0; change--) {
                bytes[random.nextInt(bytes.length)] = (byte) (random.nextBoolean()
                        ? random.nextInt(256)
                        : "0123456789abcdef-: []\nx".charAt(random.nextInt(23)));
            }
            Path file = Files.write(directory.resolve("machine"), bytes);
            check(file.toString(), "dmem=256M mem=6G", "seed " + seed + ", step " + step);
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 20261120})
    void machineNames(long seed) {
        Random random = new Random(seed);
        for (int step = 0; step < 2000; step++) {
            StringBuilder name = new StringBuilder().append(random.nextInt(3)).append(random.nextInt(2000)).append('x');
            for (int word = random.nextInt(3); word >= 0; word--) {
                name.append(random.nextInt(3) == 0 ? WORDS.get(random.nextInt(WORDS.size())) : "128M");
            }
            check(name.toString(), "dmem=128M", "seed " + seed + ", step " + step);
        }
    }

    private void check(String machine, String commandLine, String when) {
        Reservation reservation;
        try {
            reservation = memblock.reserve(machine, commandLine);
        } catch (ErrnoException refused) {
            assertThat(refused.getMessage()).as(when).isNotBlank().doesNotContain("\n").matches("[ -~]*");
            return;
        }
        assertThat(reservation.bytes()).as(when).isEqualTo(reservation.memoryMap().bytesOf(FrameKind.DMEM));
        assertThat(reservation.notices()).as(when).allMatch(line -> line.chars().allMatch(c -> c >= ' ' && c < 127));
        for (DmemRegion region : reservation.regions()) {
            assertThat(region.startPhysicalAddress() % Section.BYTES).as(when).isZero();
            assertThat(region.bytes() % Section.BYTES).as(when).isZero();
            assertThat(reservation.memoryMap().nodeOf(region.startPhysicalAddress() >> 12)).as(when)
                    .isEqualTo(region.node());
            assertThat(reservation.topology().online().contains(region.node())).as(when).isTrue();
        }
    }
}
