package org.dmemfs.felix.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.dmemfs.felix.Option;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The tour: every page size on every kind of memory and both kinds of guest. As a user runs it, in a process of its own,
 * where something of the host could be left behind; else on a machine in this one.
 */
class TourIT {
    private static final List<String> STEPS = List.of("boot", "reserve", "memory", "mount", "map", "guest", "device",
            "poison", "unmount");

    @TempDir
    private Path folder;

    @ParameterizedTest(name = "2M pages on {0} memory")
    @ValueSource(strings = {"simulated", "memfd"})
    void goesTheWholeWayAsAProcess(String memory) throws IOException, InterruptedException {
        JsonObject tour = tour("--pagesize", "2M", "--memory", memory);
        assertWhole(tour);
        assertThat(figure(tour, "memory", "backing")).isEqualTo(memory);
    }

    @ParameterizedTest(name = "{0} pages on {1} memory")
    @CsvSource({"4K, simulated", "1G, simulated", "4K, memfd", "1G, memfd"})
    void goesTheWholeWay(String pageSize, String memory) {
        JsonObject tour = tour(Map.of(Option.PAGESIZE, pageSize, Option.MEMORY, memory));
        assertWhole(tour);
        assertThat(figure(tour, "memory", "backing")).isEqualTo(memory);
        boolean real = memory.equals("memfd") && Files.isWritable(Path.of("/dev/userfaultfd"));
        assertThat(figure(tour, "poison", "poison")).isEqualTo(real ? "real" : "modelled");
        assertThat(figure(tour, "poison", "guestExit")).isEqualTo("poison");
        assertThat(figure(tour, "poison", "guestExitReal"))
                .isEqualTo(String.valueOf(real && figure(tour, "guest", "guest").equals("host-kvm")));
    }

    @Test
    void whereABadFrameCostsItsDpageAllOfItIsLost() throws IOException, InterruptedException {
        JsonObject tour = tour("--poison", "whole");
        assertThat(names(tour)).isEqualTo(STEPS);
        assertThat(figure(tour, "poison", "poison")).isEqualTo("modelled");
        assertThat(figure(tour, "poison", "leastSignificantBit")).isEqualTo("21");
    }

    @Test
    void onHugePagesThatMayBeLostAsAWholeTheHostTakesOne() throws IOException, InterruptedException {
        assumeTrue(Files.isWritable(Path.of("/dev/userfaultfd")), "the host marks no bad pages");
        try (HugePages pages = HugePages.take(2L << 20, 512)) {
            assumeTrue(pages.granted(), pages::sentence);
            JsonObject tour = tour("--memory", "hugetlb", "--cmdline", "dmem=1G", "--poison", "whole");
            assertThat(names(tour)).isEqualTo(STEPS);
            assertThat(figure(tour, "poison", "poison")).isEqualTo("real");
            assertThat(figure(tour, "poison", "guestExit")).isEqualTo("poison");
            assertThat(figure(tour, "poison", "leastSignificantBit")).isEqualTo("21");
            assertThat(pages.free()).as("huge pages free again after the tour").isEqualTo(pages.count());
        }
    }

    @ParameterizedTest(name = "{0} pages on huge pages of the host")
    @ValueSource(strings = {"4K", "2M", "1G"})
    void goesTheWholeWayOnHugePages(String pageSize) throws IOException, InterruptedException {
        boolean gigantic = pageSize.equals("1G");
        try (HugePages pages = HugePages.take(gigantic ? 1L << 30 : 2L << 20, gigantic ? 2 : 512)) {
            assumeTrue(pages.granted(), pages::sentence);
            JsonObject tour = tour("--pagesize", pageSize, "--memory", "hugetlb", "--cmdline",
                    gigantic ? "dmem=2G:1G" : "dmem=1G");
            assertWhole(tour);
            assertThat(pages.free()).as("huge pages free again after the tour").isEqualTo(pages.count());
        }
    }

    @ParameterizedTest(name = "{0} pages, an interpreted guest")
    @ValueSource(strings = {"4K", "2M", "1G"})
    void goesTheWholeWayWithAnInterpretedGuest(String pageSize) {
        JsonObject tour = tour(Map.of(Option.PAGESIZE, pageSize, Option.GUEST, "tdp"));
        assertWhole(tour);
        assertThat(figure(tour, "guest", "guest")).isEqualTo("tdp");
    }

    @Test
    void whatOthersHoldStaysTheirs() {
        try (MachineUnderTest machine = new MachineUnderTest(Map.of())) {
            for (String line : List.of("mount /mnt/other", "truncate /mnt/other/file 8M",
                    "mmap other /mnt/other/file")) {
                assertThat(machine.run(line.split(" ")).exitCode()).as(line).isZero();
            }
            CommandLine.Answer answer = machine.run("tour");
            assertThat(answer.exitCode()).as(answer.error()).isZero();
            assertThat(answer.output())
                    .contains("umount /mnt/tour: everything is free but 1 retired and the 4 that others had before");
            assertThat(machine.run("pool", "holders").output()).contains("4 dpages of 2M: file /mnt/other/file");
        }
    }

    @Test
    void aMachineOf16TerabytesBoots() {
        assertWhole(tour(Map.of(Option.MACHINE, "16x1T", Option.CMDLINE, "dmem=1000G")));
    }

    @ParameterizedTest(name = "dmem={0} with {1} pages is too small: it needs {2}")
    @CsvSource({"256M, 2M, 512M", "384M, 4K, 512M", "512M, 1G, 1G"})
    void aReservationThatIsTooSmallIsRefusedWithTheSizeItNeeds(String dmem, String pageSize, String needed)
            throws IOException, InterruptedException {
        CommandLine.Answer answer = new CommandLine(CommandLine.assembled(), folder).run("tour", "--cmdline",
                "dmem=" + dmem, "--pagesize", pageSize);
        assertThat(answer.exitCode()).isEqualTo(2);
        assertThat(answer.errorLines()).singleElement().asString().contains("dmem=" + dmem)
                .endsWith("it needs " + needed);
    }

    private JsonObject tour(String... options) throws IOException, InterruptedException {
        CommandLine commandLine = new CommandLine(CommandLine.assembled(), folder);
        CommandLine.Answer answer = commandLine
                .run(Stream.concat(Stream.of("tour", "--json"), Stream.of(options)).toArray(String[]::new));
        assertThat(answer.exitCode()).as(answer.error()).isZero();
        assertThat(commandLine.leftBehind()).isEmpty();
        return JsonParser.parseString(answer.output()).getAsJsonObject();
    }

    private static JsonObject tour(Map<Option, String> options) {
        try (MachineUnderTest machine = new MachineUnderTest(options)) {
            CommandLine.Answer answer = machine.run("tour", "--json");
            assertThat(answer.exitCode()).as(answer.error()).isZero();
            return JsonParser.parseString(answer.output()).getAsJsonObject();
        }
    }

    private static void assertWhole(JsonObject tour) {
        assertThat(names(tour)).isEqualTo(STEPS);
        assertThat(figure(tour, "poison", "signal")).isEqualTo("BUS_MCEERR_AR");
        assertThat(figure(tour, "poison", "leastSignificantBit")).isEqualTo("12");
        JsonObject ledger = step(tour, "unmount").getAsJsonObject("figures").getAsJsonArray("ledger").get(0)
                .getAsJsonObject();
        assertThat(ledger.get("used").getAsLong()).isZero();
        assertThat(ledger.get("free").getAsLong() + ledger.get("retired").getAsLong())
                .isEqualTo(ledger.get("total").getAsLong());
    }

    private static List<String> names(JsonObject tour) {
        return StreamSupport.stream(tour.getAsJsonArray("steps").spliterator(), false)
                .map(step -> step.getAsJsonObject().get("name").getAsString()).toList();
    }

    private static String figure(JsonObject tour, String step, String name) {
        return step(tour, step).getAsJsonObject("figures").get(name).getAsString();
    }

    private static JsonObject step(JsonObject tour, String name) {
        return StreamSupport.stream(tour.getAsJsonArray("steps").spliterator(), false)
                .map(JsonElement::getAsJsonObject).filter(step -> step.get("name").getAsString().equals(name))
                .findFirst().orElseThrow();
    }
}
