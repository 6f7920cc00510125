package org.dmemfs.felix.dist;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.dmemfs.conformance.Comparison;
import org.dmemfs.felix.Option;
import org.dmemfs.felix.dist.CommandLine.Answer;
import org.dmemfs.kernel.MemorySize;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code plan} says of machines that are not booted. */
class PlanIT {
    private static final String DMESG = """
            [    0.000000] Linux version 5.10.0
            [    0.000000] Command line: root=/dev/sda1 quiet
            [    0.000000] BIOS-e820: [mem 0x0000000000000000-0x000000000009ffff] usable
            [    0.000000] BIOS-e820: [mem 0x0000000000100000-0x00000000bfffffff] usable
            [    0.000000] BIOS-e820: [mem 0x0000000100000000-0x00000004ffffffff] usable
            """;

    private static MachineUnderTest machine;

    @TempDir
    private Path folder;

    @BeforeAll
    static void boot() {
        // As plan boots one for its planning: then a table of plans takes one machine.
        Map<Option, String> options = new EnumMap<>(Option.class);
        Comparison.bareMachine().forEach((word, value) -> Option.named(word)
                .ifPresent(option -> options.put(option, value)));
        machine = new MachineUnderTest(options);
    }

    @AfterAll
    static void end() {
        machine.close();
    }

    /** Without compare, which takes its time on machines of its own. */
    private static JsonObject plan(int exitCode, String... words) {
        List<String> all = new ArrayList<>(List.of("planning", "--no-compare", "--json"));
        for (String word : words) {
            all.add(word.equals("--machine") ? "--planned" : word);
        }
        Answer answer = machine.run(all.toArray(String[]::new));
        assertThat(answer.exitCode()).as(answer.error()).isEqualTo(exitCode);
        return JsonParser.parseString(answer.output()).getAsJsonObject();
    }

    private static List<JsonObject> objects(JsonArray array) {
        return StreamSupport.stream(array.spliterator(), false).map(JsonElement::getAsJsonObject).toList();
    }

    private static JsonObject scheme(JsonObject plan) {
        return objects(plan.getAsJsonArray("schemes")).getFirst();
    }

    private static long sum(JsonObject scheme, String part) {
        return objects(scheme.getAsJsonArray("nodes")).stream().mapToLong(node -> node.get(part).getAsLong()).sum();
    }

    @ParameterizedTest(name = "{0} on {1}, {2}, node wish {3}: {4} of all, {5} over a border")
    @CsvSource(delimiter = '|', value = {
            // 2x16G with 1G for the host each leave 14.5G to 14.75G of each node.
            "hugetlb-6.12 | 2x16G | 2x14G | preferred | 2 | 0",
            "hugetlb-6.12 | 2x16G | 3x9G | preferred | 3 | 1",
            "hugetlb-6.12 | 2x16G | 3x9G@0 | preferred | 3 | 1",
            "hugetlb-6.12 | 2x16G | 3x9G@0 | bind | 1 | 0",
            "dmemfs-repaired | 2x16G | 3x9G@0 | bind | 1 | 0",
            "dmemfs-repaired | 2x16G | 1x20G | preferred | 1 | 1",
            "device-dax-6.12 | 2x16G | 1x20G | preferred | 0 | 0",
            "device-dax-6.12 | 2x16G | 3x9G@0 | preferred | 2 | 0",
            "dev-mem-6.0 | 2x16G | 3x9G@0 | preferred | 2 | 0",
            "dmemfs-repaired | 2x16G | 1x64G | preferred | 0 | 0"})
    void guestsFitAsFarAsTheSchemeCrossesNodeBorders(String scheme, String name, String guests, String wish,
            long placed,
            long overBorders) {
        JsonObject plan = scheme(plan(placed < guestsOf(guests) ? 1 : 0, "--machine", name, "--guests", guests,
                "--schemes", scheme, "--wish", wish));
        assertThat(plan.get("guestsPlaced").getAsLong()).isEqualTo(placed);
        assertThat(plan.get("guestsOverBorders").getAsLong()).isEqualTo(overBorders);
        assertThat(plan.get("homelessCount").getAsLong()).isEqualTo(guestsOf(guests) - placed);
        assertThat(plan.getAsJsonArray("homeless")).hasSize((int) (guestsOf(guests) - placed));
    }

    private static long guestsOf(String guests) {
        return Long.parseLong(guests.split("x", 2)[0]);
    }

    @ParameterizedTest(name = "{0} in {1}: {2}")
    @CsvSource(delimiter = '|', value = {
            "4K | 4x1000M,3x4097 | 12285",
            "2M | 4x1000M,3x4097 | 6279165",
            "1G | 4x1000M,1x3M | 1171259392"})
    void roundingIsWhatWholePagesAreMore(String pageSize, String guests, long rounding) {
        JsonObject plan = scheme(plan(0, "--machine", "1x16G", "--guests", guests, "--schemes", "dmemfs-v2",
                "--page-size", pageSize));
        assertThat(plan.get("roundingBytes").getAsLong()).isEqualTo(rounding);
        assertThat(sum(plan, "roundingBytes")).isEqualTo(rounding);
    }

    @ParameterizedTest(name = "{0} in pages of {1}: {2} bytes a page, {3} a 128M")
    @CsvSource({
            // Bytes of metadata by page of what is set aside, without files and extent records (facts 12.4).
            "plain-6.12, 4K, 64, 0", "plain-6.12, 2M, 32768, 0", "hugetlb-5.10, 2M, 32768, 0",
            "hugetlb-5.10, 1G, 16777216, 0", "hugetlb-5.14, 2M, 8192, 4096", "hugetlb-5.14, 1G, 8192, 4096",
            "hugetlb-6.12, 2M, 4096, 4096", "hugetlb-6.12, 1G, 4096, 4096", "device-dax-5.10, 2M, 32768, 0",
            "device-dax-6.12, 2M, 8192, 4096", "device-dax-6.12, 1G, 8192, 4096", "device-dax-pageless-rfc, 2M, 0, 0",
            "dev-mem-6.0, 4K, 0, 0", "huge-pfnmap-6.12, 1G, 0, 0"})
    void metadataIsTheArithmeticOfTheScheme(String scheme, String pageSize, long bytesPerPage, long bytesPerSection) {
        JsonObject plan = scheme(plan(0, "--machine", "1x64G", "--guests", "1x1G", "--schemes", scheme, "--page-size",
                pageSize));
        long sellable = sum(plan, "guestBytes") + sum(plan, "freeBytes");
        long counted = objects(plan.getAsJsonArray("metadata")).stream()
                .filter(figure -> !figure.get("what").getAsString().equals("extent records"))
                .mapToLong(figure -> figure.get("bytes").getAsLong()).sum();
        assertThat(counted).isEqualTo(sellable / MemorySize.parse("page", pageSize) * bytesPerPage
                + sellable / (128L << 20) * bytesPerSection);
    }

    @ParameterizedTest(name = "{0} in pages of {1}: {2} eighths of a bit a page")
    @CsvSource({
            // An error bit a 4K, a bit a page, and since V2 4 bytes a page.
            "dmemfs-v1, 4K, 0", "dmemfs-v2, 4K, 4", "dmemfs-repaired, 2M, 4", "dmemfs-v1, 1G, 0"})
    void metadataOfTheSeriesIsItsBitmapsAndCounts(String scheme, String pageSize, long bytesPerCount) {
        JsonObject plan = scheme(plan(0, "--machine", "1x64G", "--guests", "1x1G", "--schemes", scheme, "--page-size",
                pageSize));
        long sellable = sum(plan, "guestBytes") + sum(plan, "freeBytes");
        long pages = sellable / MemorySize.parse("page", pageSize);
        long counted = objects(plan.getAsJsonArray("metadata")).stream()
                .filter(figure -> !figure.get("what").getAsString().equals("trees of files"))
                .mapToLong(figure -> figure.get("bytes").getAsLong()).sum();
        assertThat(counted).isEqualTo(sellable / 4096 / 8 + (pages + 63) / 64 * 8
                + (pages * bytesPerCount + 4095) / 4096 * 4096);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"1x8G", "2x512G", "3x5G", "16x2T"})
    void thePartsOfANodeMakeUpItsMemoryAndTheHostKeepsItsShare(String name) {
        JsonObject plan = plan(0, "--machine", name, "--guests", "2x1G,1x3000K");
        JsonObject shares = plan.getAsJsonObject("hostBytesByNode");
        for (JsonObject scheme : objects(plan.getAsJsonArray("schemes"))) {
            for (JsonObject node : objects(scheme.getAsJsonArray("nodes"))) {
                assertThat(
                        List.of("guestBytes", "roundingBytes", "freeBytes", "metadataBytes", "tableBytes", "hostBytes")
                                .stream().mapToLong(part -> node.get(part).getAsLong()).sum())
                        .as(scheme.get("scheme").toString())
                        .isEqualTo(node.get("ramBytes").getAsLong());
                assertThat(node.get("hostBytes").getAsLong() - node.get("hostStructPageBytes").getAsLong())
                        .as(scheme.get("scheme").toString())
                        .isGreaterThanOrEqualTo(shares.get(node.get("node").getAsString()).getAsLong());
            }
        }
    }

    @ParameterizedTest(name = "{0} on {1}")
    @CsvSource({"dmemfs-repaired, 2x64G", "dmemfs-repaired, 1x16G", "dev-mem-6.0, 2x64G", "huge-pfnmap-6.12, 4x16G",
            "dev-mem-6.0, 1x16G"})
    void theWordsReadBackSetAsMuchAside(String scheme, String name) {
        JsonObject plan = scheme(plan(0, "--machine", name, "--guests", "1x1G", "--schemes", scheme));
        List<String> words = StreamSupport.stream(plan.getAsJsonArray("words").spliterator(), false)
                .map(JsonElement::getAsString).toList();
        Answer readBack = machine.run("reserve", "--machine", name, "--cmdline", String.join(" ", words), "--json");
        JsonObject reserved = JsonParser.parseString(readBack.output()).getAsJsonObject();
        long taken = objects(reserved.getAsJsonArray("regions")).stream()
                .mapToLong(region -> region.get("bytes").getAsLong()).sum()
                + objects(reserved.getAsJsonArray("setAsides")).stream()
                        .mapToLong(aside -> aside.get("bytes").getAsLong()).sum();
        assertThat(taken).isEqualTo(sum(plan, "guestBytes") + sum(plan, "freeBytes"));
    }

    @Test
    void theGainIsLittleAt2MAndNothingAt1G() {
        List<JsonObject> gains = objects(plan(0, "--machine", "1x16G", "--guests", "1x1G", "--schemes", "dmemfs-v2")
                .getAsJsonArray("gains"));
        assertThat(gains).extracting(gain -> gain.get("pageSize").getAsString()).containsExactly("2M", "1G");
        assertThat(gains.get(0).get("thinnedBytes").getAsLong() - gains.get(0).get("seriesBytes").getAsLong())
                .isBetween(1900L << 20, 2100L << 20);
        assertThat(gains.get(1).get("thinnedBytes").getAsLong() - gains.get(1).get("seriesBytes").getAsLong())
                .isBetween(0L, 8L << 20);
    }

    @Test
    void aSavedDmesgIsPlanned() throws Exception {
        Path dmesg = Files.writeString(folder.resolve("dmesg"), DMESG);
        JsonObject plan = plan(0, "--machine", dmesg.toString(), "--guests", "4x2G", "--host", "3G");
        assertThat(objects(plan.getAsJsonArray("schemes"))).hasSizeGreaterThan(10)
                .allSatisfy(scheme -> assertThat(sum(scheme, "ramBytes")).isEqualTo((19L << 30) - (384L << 10)));
    }

    @Test
    void thisHostIsPlannedAndDrawn() throws Exception {
        Path picture = folder.resolve("plan.svg");
        Answer answer = machine.run("plan", "--machine", "host", "--guests", "1x1M", "--no-compare", "--why", "--svg",
                picture.toString());
        assertThat(answer.exitCode()).as(answer.error()).isZero();
        assertThat(answer.output()).contains("machine host, read from ", "boot with: ", "why: sellable: ");
        assertThat(Files.readString(picture)).startsWith("<?xml").contains("dmemfs-repaired").endsWith("</svg>");
    }

    @Test
    void pageTablesAndWhatBreaksAreFromCompare() throws Exception {
        Path guests = Files.writeString(folder.resolve("guests.csv"), "name,bytes,node\nweb,4G,0\ndb,8G,1\n");
        Answer answer = machine.run("plan", "--machine", "2x32G", "--guests", guests.toString(), "--schemes",
                "dmemfs-repaired", "--page-size", "2M", "--json");
        assertThat(answer.exitCode()).as(answer.error()).isZero();
        assertThat(answer.error()).contains("running compare's operations on dmemfs-repaired");
        JsonObject scheme = scheme(JsonParser.parseString(answer.output()).getAsJsonObject());
        // Entries of 2M: a table a GiB, one of the next level, the top, for each guest.
        assertThat(objects(scheme.getAsJsonArray("tables")).getFirst().get("bytes").getAsLong())
                .isEqualTo((4 + 8 + 2 * 2) * 4096L);
        assertThat(objects(scheme.getAsJsonArray("breaks"))).extracting(each -> each.get("operation").getAsString())
                .contains("mprotect to read-only");
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', value = {
            "plan --machine 2x16G | --guests is missing",
            "plan --machine nowhere --guests 1x1G | nowhere",
            "plan --machine 2x16G --guests 1x1G --colour red | --colour is no option of plan",
            "planning --planned 2x16G --guests 4xlarge | has guests of large",
            "planning --planned 2x16G --guests nowhere.csv | there is no such file",
            "planning --planned 2x16G --guests 1x1G@5 | wishes node 5",
            "planning --planned 2x16G --guests 1x1G --schemes hugetlb,magic | magic is no scheme: there are plain-5.10",
            "planning --planned 2x16G --guests 1x1G --page-size 3M | is not one of 4K, 2M and 1G",
            "planning --planned 2x16G --guests 1x1G --host 64G | is all of the machine's",
            "planning --planned 2x16G --guests 1x1G --host lots | --host \"lots\" is not a size",
            "planning --planned 2x16G --guests 1x1G --wish never | the node wish never is not known",
            "planning --planned 2x16G --guests 1x1G --svg /nowhere/plan.svg | cannot be written"})
    void wrongInputIsRefused(String words, String sentence) {
        Answer answer = machine.run(words.split(" "));
        assertThat(answer.exitCode()).isEqualTo(2);
        assertThat(answer.errorLines()).singleElement().asString().contains(sentence);
        assertThat(answer.output()).isEmpty();
    }
}
