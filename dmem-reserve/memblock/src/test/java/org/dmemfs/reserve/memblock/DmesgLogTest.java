package org.dmemfs.reserve.memblock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.NodeMask;
import org.dmemfs.kernel.SeriesVersion;
import org.dmemfs.reserve.FrameKind;
import org.dmemfs.reserve.MemoryRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Saved kernel logs as they come. Free ranges are written NODE:START-END in hexadecimal frames. */
final class DmesgLogTest {
    private static final String SERVER = """
            Linux version 5.10.0 (builder@host) (gcc 10.2.1) #1 SMP
            Command line: BOOT_IMAGE=/vmlinuz root=/dev/sda1 ro mem=20G
            x86/fpu: Supporting XSAVE feature 0x001: 'x87 floating point registers'
            BIOS-provided physical RAM map:
            BIOS-e820: [mem 0x0000000000000000-0x000000000009ffff] usable
            BIOS-e820: [mem 0x00000000000a0000-0x00000000000fffff] reserved
            BIOS-e820: [mem 0x0000000000100000-0x000000007fffffff] usable
            BIOS-e820: [mem 0x0000000080000000-0x00000000800fffff] ACPI data
            BIOS-e820: [mem 0x0000000080100000-0x00000000801fffff] ACPI NVS
            BIOS-e820: [mem 0x00000000fed00000-0x00000000ffffffff] reserved
            BIOS-e820: [mem 0x0000000100000000-0x000000047fffffff] usable
            BIOS-e820: [mem 0x0000000480000000-0x00000004ffffffff] persistent (type 12)
            NX (Execute Disable) protection: active
            e820: update [mem 0x00000000-0x00000fff] usable ==> reserved
            e820: remove [mem 0x500000000-0xfffffffffffffffe] usable
            RAMDISK: [mem 0x30000000-0x33ffffff]
            SRAT: PXM 0 -> APIC 0x00 -> Node 0
            SRAT: PXM 0 -> APIC 0x01 -> Node 0
            ACPI: SRAT: Node 0 PXM 0 [mem 0x00000000-0x7fffffff]
            ACPI: SRAT: Node 0 PXM 0 [mem 0x100000000-0x27fffffff]
            ACPI: SRAT: Node 1 PXM 1 [mem 0x280000000-0x47fffffff]
            ACPI: SRAT: Node 2 PXM 2 [mem 0x10000000000-0x1ffffffffff] hotplug
            NUMA: Node 0 [mem 0x00000000-0x7fffffff] + [mem 0x100000000-0x27fffffff] -> [mem 0x00000000-0x27fffffff]
            NODE_DATA(0) allocated [mem 0x27ffd5000-0x27fffffff]
            NODE_DATA(1) allocated [mem 0x47ffd5000-0x47fffffff]
            Reserving 256MB of memory at 1520MB for crashkernel (System RAM: 16383MB)
            Early memory node ranges
              node   0: [mem 0x0000000000001000-0x000000000009ffff]
            Kernel command line: BOOT_IMAGE=/vmlinuz root=/dev/sda1 ro mem=20G
            """;
    private static final String SERVER_FREE = "0:1-a0 0:100-30000 0:34000-80000 0:100000-27ffd5 1:280000-47ffd5";

    @TempDir
    private Path directory;

    static Stream<Arguments> prefixes() {
        return Stream.of(prefix("none", line -> line), prefix("dmesg", line -> "[    0.000000] " + line),
                prefix("dmesg -T", line -> "[Fri Nov 20 08:40:00 2020] " + line),
                prefix("dmesg -x", line -> "kern  :info  : [    0.000000] " + line),
                prefix("dmesg in colours", line -> "\u001b[32m[    0.000000] \u001b[0m\u001b[33m" + line + "\u001b[0m"),
                prefix("raw levels", line -> "<6>[    0.000000] " + line),
                prefix("journalctl -k", line -> "Nov 20 08:40:01 host7 kernel: " + line),
                prefix("journalctl -o short-iso", line -> "2020-11-20T08:40:01+0100 host7 kernel: " + line),
                prefix("syslog", line -> "Nov 20 08:40:01 host7 kernel: [    0.000000] " + line),
                prefix("serial console", line -> "[    0.000000][    T0] " + line + "\r"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("prefixes")
    void whateverStandsBeforeTheKernelsWords(String name, UnaryOperator<String> prefix) throws IOException {
        Machine machine = read(SERVER.lines().map(prefix).collect(Collectors.joining("\n")));
        assertThat(free(machine)).isEqualTo(SERVER_FREE);
        assertThat(machine.commandLine()).contains("BOOT_IMAGE=/vmlinuz root=/dev/sda1 ro mem=20G");
    }

    @Test
    void whatTheLogTellsIsInTheMachine() throws IOException {
        Machine machine = read(SERVER);
        assertThat(machine.topology().online()).isEqualTo(NodeMask.of(0, 1));
        assertThat(machine.topology().withCpus()).isEqualTo(NodeMask.of(0));
        assertThat(machine.ranges()).filteredOn(range -> range.kind() == FrameKind.DEVICE)
                .extracting(MemoryRange::name).containsExactly("Persistent Memory (legacy)");
        assertThat(machine.free(SeriesVersion.V1)).as("the crash kernel, in V1")
                .contains(new Machine.Free(0x6f000000, 0x80000000L, 0));
        assertThat(machine.notices()).containsExactlyInAnyOrder(
                "Left out are node ranges without RAM, such as those for hot-plug: 1",
                "A kernel log does not say how far nodes are apart: all are taken as equally far",
                "A kernel log does not say where the kernel's image lies: it is taken as free");
    }

    @Test
    void linesOfOldKernelsEndBehindTheirRange() throws IOException {
        Machine machine = read("""
                Linux version 2.6.32-754.el6.x86_64
                Command line: ro root=/dev/sda1
                 BIOS-e820: 0000000000000000 - 000000000009fc00 (usable)
                 BIOS-e820: 000000000009fc00 - 00000000000a0000 (reserved)
                 BIOS-e820: 0000000000100000 - 000000007f800000 (usable)
                 BIOS-e820: 000000007f800000 - 0000000080000000 (ACPI data)
                 BIOS-e820: 0000000100000000 - 0000000480000000 (usable)
                e820 update range: 0000000000000000 - 0000000000001000 (usable) ==> (reserved)
                SRAT: Node 0 PXM 0 0-80000000
                SRAT: Node 0 PXM 0 100000000-280000000
                SRAT: Node 1 PXM 1 280000000-480000000
                """);
        assertThat(free(machine)).isEqualTo("0:1-9f 0:100-7f800 0:100000-280000 1:280000-480000");
    }

    @Test
    void sizesBeforeTheTypeAreNoPartOfIt() throws IOException {
        Machine machine = read("""
                BIOS-e820: [mem 0x0000000000000000-0x000000007fffffff]    2 GB System RAM
                BIOS-e820: [mem 0x0000000080000000-0x00000000ffffffff]    2 GB device reserved
                """);
        assertThat(machine.ranges()).extracting(MemoryRange::kind).containsExactly(FrameKind.RAM, FrameKind.HOLE);
    }

    @Test
    void raggedMapsAreReadAsTheKernelReadsThem() throws IOException {
        Machine machine = read("""
                BIOS-e820: [mem 0x0000000100000000-0x000000017fffffff] usable
                BIOS-e820: [mem 0x0000000040000000-0x000000004fffffff] reserved
                BIOS-e820: [mem 0x0000000000000000-0x000000005fffffff] usable
                BIOS-e820: [mem 0x0000000050000000-0x000000006fffffff] usable
                BIOS-e820: [mem 0x0000000020000000-0x00000000200007ff] type 20
                BIOS-e820: [mem 0x0000000070000000-0x0000000060000000] usable
                BIOS-e820: garbage
                """);
        assertThat(free(machine)).isEqualTo("0:0-20000 0:20001-40000 0:50000-70000 0:100000-180000");
        assertThat(machine.notices()).first().asString()
                .startsWith(
                        "2 lines of the memory map cannot be read and were left out, the first being \"BIOS-e820: [mem 0x0000000070000000");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "0 0-4fffffff, 1 40000000-7fffffff | Nodes 0 and 1 both claim 0x40000000-0x4fffffff",
            "0 0-3fffffff                      | The node ranges cover only 1G of 2G of RAM"})
    void aSratThatTheKernelRejectsLeavesOneNode(String srat, String notice) throws IOException {
        StringBuilder log = new StringBuilder("BIOS-e820: [mem 0x0-0x7fffffff] usable\n");
        for (String range : srat.split(", ", -1)) {
            String[] parts = range.split("[ -]", -1);
            log.append("SRAT: Node %s PXM 0 [mem 0x%s-0x%s]\n".formatted(parts[0], parts[1], parts[2]));
        }
        Machine machine = read(log.toString());
        assertThat(free(machine)).isEqualTo("0:0-80000");
        assertThat(machine.notices()).contains(notice + ": these ranges are left out, as the kernel does");
    }

    @Test
    void aSratThatIsCutGivesWayToTheEarlyRanges() throws IOException {
        Machine machine = read("""
                BIOS-e820: [mem 0x0-0x7fffffff] usable
                SRAT: Node 1 PXM 1 [mem 0x40000000-0x7fffffff]
                Early memory node ranges
                  node   0: [mem 0x0000000000000000-0x000000003fffffff]
                  node   1: [mem 0x0000000040000000-0x000000007fffffff]
                """);
        assertThat(free(machine)).isEqualTo("0:0-40000 1:40000-80000");
    }

    @Test
    void aNodeMayHaveProcessorsAndNoMemory() throws IOException {
        Machine machine = read("""
                BIOS-e820: [mem 0x0-0x7fffffff] usable
                SRAT: PXM 0 -> APIC 0x00 -> Node 0
                SRAT: PXM 1 -> APIC 0x10 -> Node 1
                ACPI: SRAT: Node 0 PXM 0 [mem 0x00000000-0x7fffffff]
                """);
        assertThat(machine.topology().online()).isEqualTo(NodeMask.of(0, 1));
        assertThat(free(machine)).isEqualTo("0:0-80000");
    }

    @Test
    void ofSeveralBootsTheLastCounts() throws IOException {
        Machine machine = read("""
                Linux version 5.9.0
                Command line: first
                BIOS-e820: [mem 0x0-0xffffffff] usable
                Linux version 5.10.0
                Command line: second
                BIOS-e820: [mem 0x0-0x7fffffff] usable
                """);
        assertThat(free(machine)).isEqualTo("0:0-80000");
        assertThat(machine.commandLine()).contains("second");
        assertThat(machine.notices()).contains("The log has 2 boots: the last one is taken");
    }

    @Test
    void withoutItsBeginningTheEarlyRangesAreTheMap() throws IOException {
        Machine machine = read("""
                Early memory node ranges
                  node   0: [mem 0x0000000000001000-0x000000000009efff]
                  node   0: [mem 0x0000000000100000-0x000000003fffffff]
                  node   1: [mem 0x0000000040000000-0x000000007fffffff]
                """);
        assertThat(free(machine)).isEqualTo("0:1-9f 0:100-40000 1:40000-80000");
        assertThat(machine.notices()).anyMatch(line -> line.startsWith("The log has no BIOS-e820 lines with RAM"));
    }

    @Test
    void aLogWithoutAMapIsRefused() {
        assertThatThrownBy(() -> read("Linux version 5.10.0\nCommand line: quiet\n")).isInstanceOf(ErrnoException.class)
                .hasMessageContaining("without its beginning, the BIOS-e820 lines")
                .extracting(refused -> ((ErrnoException) refused).errno()).isEqualTo(Errno.EINVAL);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"ro quiet | dmem=1G ro quiet", "ro -- init | dmem=1G ro -- init",
            "ro dmem=4G | ro dmem=4G", "ro dmem=bad | ro dmem=bad"})
    void theLogsOwnCommandLineIsTheDefault(String own, String expected) throws IOException {
        Path log = write("Linux version 5\nCommand line: " + own + "\nBIOS-e820: [mem 0x0-0x7fffffff] usable\n");
        assertThat(new MemblockService().defaultCommandLine(log.toString(), "dmem=1G")).isEqualTo(expected);
    }

    @Test
    void machinesWithoutACommandLineHaveTheRequest() {
        assertThat(new MemblockService().defaultCommandLine("2x1G", "dmem=4G:1G")).isEqualTo("dmem=4G:1G");
    }

    private static Arguments prefix(String name, UnaryOperator<String> prefix) {
        return Arguments.of(name, prefix);
    }

    private Machine read(String log) throws IOException {
        return new MachineReader(directory).read(write(log).toString());
    }

    private Path write(String log) throws IOException {
        return Files.writeString(directory.resolve("dmesg"), log);
    }

    private static String free(Machine machine) {
        return machine.free(SeriesVersion.V2).stream().map(
                free -> free.node() + ":" + Long.toHexString(free.start() >> 12) + "-"
                        + Long.toHexString(free.end() >> 12))
                .collect(Collectors.joining(" "));
    }
}
