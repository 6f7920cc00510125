package org.dmemfs.felix.dist;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.dmemfs.felix.Option;
import org.dmemfs.felix.dist.CommandLine.Answer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code reserve} tells of machines that are not booted. */
class ReserveIT {
    private static final String DMESG = """
            [    0.000000] Linux version 5.10.0
            [    0.000000] Command line: root=/dev/sda1 DMEM quiet
            [    0.000000] BIOS-e820: [mem 0x0000000000000000-0x000000000009ffff] usable
            [    0.000000] BIOS-e820: [mem 0x0000000000100000-0x00000000bfffffff] usable
            [    0.000000] BIOS-e820: [mem 0x0000000100000000-0x00000004ffffffff] usable
            """;

    private static MachineUnderTest machine;

    @TempDir
    private Path folder;

    @BeforeAll
    static void boot() {
        machine = new MachineUnderTest(Map.of(Option.MACHINE, "1x4G"));
    }

    @AfterAll
    static void end() {
        machine.close();
    }

    private static JsonObject document(String... words) {
        Answer answer = machine.run(words);
        assertThat(answer.exitCode()).as(answer.error()).isZero();
        return JsonParser.parseString(answer.output()).getAsJsonObject();
    }

    private static List<String> spans(JsonElement ranges) {
        return StreamSupport.stream(ranges.getAsJsonArray().spliterator(), false).map(JsonElement::getAsJsonObject)
                .map(range -> range.get("start").getAsString() + "-" + range.get("end").getAsString()).toList();
    }

    @ParameterizedTest(name = "{1} on {0}")
    @CsvSource({"1x4G, dmem=1G", "2x512G, dmem=320G", "8x64G, dmem=5G:1G", "4x16G, dmem=!4G", "2x16G, dmem=1G@5G"})
    void theWordsForAStockKernelReadBackToTheSameRegions(String name, String commandLine) {
        JsonObject asked = document("reserve", "--machine", name, "--cmdline", commandLine, "--as", "memmap",
                "--json");
        JsonObject readBack = document("reserve", "--machine", name, "--cmdline", asked.get("memmap").getAsString(),
                "--json");
        List<String> ranges = StreamSupport.stream(readBack.getAsJsonArray("setAsides").spliterator(), false)
                .flatMap(aside -> spans(aside.getAsJsonObject().get("ranges")).stream()).toList();
        assertThat(ranges).isNotEmpty().isEqualTo(spans(asked.get("regions")));
        assertThat(readBack.getAsJsonArray("regions")).isEmpty();
    }

    @Test
    void theWordsAreEscapedForGrub() {
        assertThat(machine.run("reserve", "--machine", "1x4G", "--cmdline", "dmem=1G", "--as", "memmap").output()
                .lines()).contains("memmap=1G$3G", "in /etc/default/grub: GRUB_CMDLINE_LINUX=\"memmap=1G\\\\\\$3G\"",
                        "in grub.cfg: memmap=1G\\$3G");
    }

    @ParameterizedTest(name = "{0}, {1}: {2}")
    @CsvSource(delimiter = '|', value = {
            "200x16G | dmem=1G | 2,048",
            "1x4G | quiet | there is no region to be written as memmap="})
    void wordsThatNoKernelTakesAreRefused(String name, String commandLine, String sentence) {
        Answer answer = machine.run("reserve", "--machine", name, "--cmdline", commandLine, "--as", "memmap");
        assertThat(answer.exitCode()).isEqualTo(2);
        assertThat(answer.errorLines()).singleElement().asString().contains(sentence);
        assertThat(answer.output()).isEmpty();
    }

    @ParameterizedTest(name = "a dmesg with \"{0}\" counts for {1} bytes")
    @CsvSource({"dmem=2G, 2147483648", "dmem=512M, 536870912", "'', 1073741824"})
    void theCommandLineOfASavedDmesgCounts(String own, long bytes) throws IOException {
        Path dmesg = Files.writeString(folder.resolve("dmesg"), DMESG.replace("DMEM", own));
        assertThat(document("reserve", "--machine", dmesg.toString(), "--json").get("registeredPages").getAsLong())
                .isEqualTo(bytes >> 12);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', value = {
            "dmem=1G memmap=1G$2G | memmap=1G$2G takes 1G",
            "dmem=1G mem=3G | mem=3G takes ",
            "dmem=1G hugepagesz=2M hugepages=64 | hugepages=64 takes 128M",
            "dmem=9G | falls short by "})
    void tellsWhatElseIsSetAside(String commandLine, String told) {
        assertThat(machine.run("reserve", "--machine", "1x8G", "--cmdline", commandLine).output()).contains(told);
    }

    @ParameterizedTest(name = "series {0}: {1} regions")
    @CsvSource({"repaired, 100", "v2, 85", "v1, 93"})
    void theTableOfThePostedSeriesHasItsLimit(String series, int regions) {
        assertThat(document("reserve", "--machine", "100x4G", "--cmdline", "dmem=1G", "--series", series, "--json")
                .getAsJsonArray("regions")).hasSize(regions);
    }
}
