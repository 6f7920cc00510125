package org.dmemfs.reserve.memblock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.NodeMask;
import org.dmemfs.kernel.SeriesVersion;
import org.dmemfs.reserve.FrameKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Machines as they are read. Free ranges are written NODE:START-END in hexadecimal frames. */
final class MachineReaderTest {
    private static final String SERVER = """
            00000000-00000fff : Reserved
            00001000-0009fbff : System RAM
            0009fc00-000fffff : Reserved
            00100000-bfffffff : System RAM
              10000000-11ffffff : Kernel code
              12200000-12bfffff : Kernel data
              2f000000-3effffff : Crash kernel
            c0000000-febfffff : PCI Bus 0000:00
              fd000000-fdffffff : 0000:00:02.0
            fec00000-fec003ff : IOAPIC 0
            100000000-43fffffff : System RAM
            440000000-53fffffff : Persistent Memory
              440000000-53fffffff : namespace0.0
            540000000-57fffffff : System RAM (virtio_mem)
            """;

    @TempDir
    private Path root;

    @Test
    void aResourceTreeSaysWhatIsFree() throws IOException {
        Machine machine = read(file(SERVER));
        assertThat(free(machine, SeriesVersion.V1))
                .isEqualTo("0:1-9f 0:100-10000 0:12c00-2f000 0:3f000-c0000 0:100000-440000");
        assertThat(machine.ranges()).extracting(range -> range.kind()).containsExactly(FrameKind.HOLE, FrameKind.RAM,
                FrameKind.HOLE, FrameKind.RAM, FrameKind.DEVICE, FrameKind.DEVICE, FrameKind.RAM, FrameKind.DEVICE,
                FrameKind.RAM);
        assertThat(machine.notices()).anyMatch(line -> line.contains("added after boot"))
                .anyMatch(line -> line.contains("names no nodes"));
    }

    @Test
    void fromV2OnTheCrashKernelIsPlacedAfterDmem() throws IOException {
        assertThat(free(read(file(SERVER)), SeriesVersion.V2))
                .isEqualTo("0:1-9f 0:100-10000 0:12c00-c0000 0:100000-440000");
    }

    @Test
    void whatLiesInsideIsToldByAddressesNotByIndentation() throws IOException {
        String flat = SERVER.lines().map(String::strip).sorted().collect(Collectors.joining("\r\n"));
        assertThat(free(read(file(flat)), SeriesVersion.V1)).isEqualTo(free(read(file(SERVER)), SeriesVersion.V1));
    }

    @Test
    void whatCannotBeReadIsLeftOutWithALine() throws IOException {
        Machine machine = read(file("""
                # saved by hand
                00000000-7fffffff : System RAM
                70000000-8fffffff : Reserved
                fff-0 : System RAM
                ffffffffffff0000-ffffffffffffffff : System RAM
                12345678901234567-12345678901234568 : System RAM
                """));
        assertThat(free(machine, SeriesVersion.V2)).isEqualTo("0:0-80000");
        assertThat(machine.notices()).anyMatch(line -> line.startsWith("4 lines are no resources"))
                .anyMatch(line -> line.contains("70000000-8fffffff : Reserved overlaps"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "hello\nworld\n", "00000000-00000000 : System RAM\n00000000-00000000 : Reserved\n",
            "00000000-7fffffff : Reserved\n", "00000800-00000fff : System RAM\n"})
    void aFileWithoutRamIsRefused(String text) throws IOException {
        String file = file(text);
        assertThatThrownBy(() -> read(file)).isInstanceOf(ErrnoException.class).hasMessageContaining("accepted is")
                .extracting(refused -> ((ErrnoException) refused).errno()).isEqualTo(Errno.EINVAL);
    }

    @Test
    void aFileThatDoesNotExistIsToldWithWhatIsAccepted() {
        assertThatThrownBy(() -> read("no/such/file")).hasMessageContaining("\"no/such/file\"")
                .hasMessageContaining("accepted is host").extracting(refused -> ((ErrnoException) refused).errno())
                .isEqualTo(Errno.ENOENT);
    }

    @ParameterizedTest
    @CsvSource({"'',EINVAL", "a\0b,EINVAL", "/,EISDIR", "/dev/zero,EFBIG"})
    void aNameThatIsNoFileIsAnErrno(String machine, Errno errno) {
        assertThatThrownBy(() -> read(machine)).isInstanceOf(ErrnoException.class)
                .extracting(refused -> ((ErrnoException) refused).errno()).isEqualTo(errno);
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
            "1x1G   ; 0:100-1000 0:4000-40000",
            "2x512G ; 0:100-1000 0:4000-8000000 1:8000000-10000000",
            "03x128M; 0:100-1000 0:4000-8000 1:8000-10000 2:10000-18000"})
    void aMadeUpMachineHasNodesOneBehindTheOther(String machine, String free) {
        assertThat(free(read(machine), SeriesVersion.REPAIRED)).isEqualTo(free);
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
            "0x1G       ; has 0 nodes: accepted is 1 to 1024",
            "1025x1G    ; has 1025 nodes: accepted is 1 to 1024",
            "99999999999999999999x1G ; nodes: accepted is 1 to 1024",
            "2x         ; has no size behind the x",
            "2x-1G      ; has no size behind the x",
            "2x1GB      ; has no size behind the x",
            "2x0        ; has nodes of 0B: accepted is a multiple of a memory section, 128M",
            "2x100M     ; has nodes of 100M: accepted is a multiple",
            "2x4P       ; is larger than the physical addresses of x86-64",
            "1024x7E    ; is larger than"})
    void aMadeUpMachineOutOfRangeIsRefused(String machine, String sentence) {
        assertThatThrownBy(() -> read(machine)).isInstanceOf(ErrnoException.class).hasMessageContaining(sentence)
                .extracting(refused -> ((ErrnoException) refused).errno()).isEqualTo(Errno.EINVAL);
    }

    @Test
    void theHostIsReadFromItsResourceTree() throws IOException {
        write("proc/iomem", SERVER);
        twoNodes();
        Machine machine = read("host");
        assertThat(machine.source()).startsWith("/proc/iomem");
        assertThat(free(machine, SeriesVersion.V2))
                .isEqualTo("0:1-9f 0:100-10000 0:12c00-c0000 0:100000-240000 1:240000-440000");
        assertThat(machine.topology().distance(0, 1)).isEqualTo(21);
        assertThat(machine.topology().withCpus()).isEqualTo(NodeMask.of(0));
    }

    @Test
    void aHiddenResourceTreeGivesWayToFirmwaresMap() throws IOException {
        hide();
        firmware(0, "0x0", "0x9fbff", "System RAM");
        firmware(1, "0x100000000", "0x43fffffff", "System RAM");
        firmware(2, "0x100000", "0xbfffffff", "System RAM");
        firmware(3, "0x7f000000", "0x7fffffff", "Reserved");
        twoNodes();
        Machine machine = read("host");
        assertThat(machine.source()).startsWith("/sys/firmware/memmap");
        assertThat(free(machine, SeriesVersion.V2))
                .isEqualTo("0:0-9f 0:100-7f000 0:80000-c0000 0:100000-240000 1:240000-440000");
        assertThat(machine.notices()).anyMatch(line -> line.contains("hides its addresses"));
    }

    @Test
    void withoutFirmwaresMapTheMemoryBlocksAreTaken() throws IOException {
        hide();
        twoNodes();
        Machine machine = read("host");
        assertThat(machine.source()).startsWith("/sys/devices/system/memory");
        assertThat(free(machine, SeriesVersion.V2)).isEqualTo("0:0-c0000 0:100000-240000 1:240000-440000");
    }

    @Test
    void aHostThatShowsNothingIsRefused() {
        assertThatThrownBy(() -> read("host")).hasMessageContaining("give a machine such as 2x512G")
                .extracting(refused -> ((ErrnoException) refused).errno()).isEqualTo(Errno.ENOENT);
    }

    @Test
    void distancesThatMakeNoMatrixAreLeftOutWithALine() throws IOException {
        write("proc/iomem", SERVER);
        twoNodes();
        write("sys/devices/system/node/node1/distance", "21");
        Machine machine = read("host");
        assertThat(machine.topology().distance(0, 1)).isEqualTo(20);
        assertThat(machine.notices()).anyMatch(line -> line.contains("distances"));
    }

    @Test
    void thisHostCanBeRead() {
        Machine machine = new MachineReader(Path.of("/")).read("host");
        assertThat(machine.free(SeriesVersion.REPAIRED)).isNotEmpty();
        assertThat(machine.source()).startsWith("/");
    }

    private Machine read(String machine) {
        return new MachineReader(root).read(machine);
    }

    private void hide() throws IOException {
        write("proc/iomem", SERVER.replaceAll("[0-9a-f]+-[0-9a-f]+ :", "00000000-00000000 :"));
    }

    private void firmware(int index, String start, String end, String type) throws IOException {
        write("sys/firmware/memmap/" + index + "/start", start);
        write("sys/firmware/memmap/" + index + "/end", end);
        write("sys/firmware/memmap/" + index + "/type", type);
    }

    /** Blocks of 512M: those below 9G on node 0, the others on node 1. */
    private void twoNodes() throws IOException {
        write("sys/devices/system/memory/block_size_bytes", "20000000\n");
        write("sys/devices/system/node/online", "0-1\n");
        write("sys/devices/system/node/has_cpu", "0\n");
        write("sys/devices/system/node/node0/distance", "10 21\n");
        write("sys/devices/system/node/node1/distance", "21 10\n");
        for (int block = 0; block < 34; block++) {
            if (block < 6 || block > 7) {
                write("sys/devices/system/memory/memory" + block + "/state", "online\n");
                write("sys/devices/system/node/node" + (block < 18 ? 0 : 1) + "/memory" + block + "/state", "online\n");
            }
        }
    }

    private String file(String text) throws IOException {
        return write("machine", text).toString();
    }

    private Path write(String name, String text) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.resolveSibling("."));
        return Files.writeString(file, text);
    }

    private static String free(Machine machine, SeriesVersion series) {
        return machine.free(series).stream().map(
                free -> free.node() + ":" + Long.toHexString(free.start() >> 12) + "-"
                        + Long.toHexString(free.end() >> 12))
                .collect(Collectors.joining(" "));
    }
}
