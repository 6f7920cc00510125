package org.dmemfs.conformance.tests.judge;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationTargetException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.dmemfs.conformance.tests.machine.Assembled;
import org.dmemfs.felix.Option;
import org.dmemfs.felix.launcher.FelixMachine;
import org.dmemfs.linux.HostAddressSpaces;
import org.dmemfs.linux.HostMemory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;

/** The real kernel as judge of the model: random calls on both, and a row for each difference. */
class JudgeIT {
    private static final boolean HOST_IS_AS_NEW_AS_THE_ROWS = hostIsAsNewAsTheRows();

    private static FelixMachine machine;

    @BeforeAll
    static void boot() throws InvocationTargetException, InterruptedException {
        machine = Assembled.boot(Map.of(Option.MACHINE, "1x8G", Option.CMDLINE, "dmem=4G:1G"));
        enable("org.dmemfs.linux.native_.HostAddressSpacesComponent");
        BundleContext context = machine.context();
        Assumptions.assumeTrue(context.getServiceReference(HostAddressSpaces.class) != null,
                "the host has no service HostAddressSpaces: its kernel log line says why");
    }

    /** No bundle of a machine uses it, so it is off. */
    private static void enable(String component) throws InvocationTargetException, InterruptedException {
        ServiceComponentRuntime runtime = machine.service(ServiceComponentRuntime.class);
        for (ComponentDescriptionDTO each : runtime.getComponentDescriptionDTOs()) {
            if (each.name.equals(component)) {
                runtime.enableComponent(each).getValue();
            }
        }
    }

    @AfterAll
    static void shutDown() {
        machine.close();
    }

    @ParameterizedTest(name = "{0}, {1} sequences of {2} calls from seed {3} on")
    @CsvSource({"TMPFS, 100, 60, 1000", "ANONYMOUS, 100, 60, 2040"})
    void inPagesOf4K(Pair pair, int sequences, int length, long firstSeed) {
        judge(pair, sequences, length, firstSeed);
    }

    @ParameterizedTest(name = "{0}, {1} sequences of {2} calls from seed {3} on")
    @CsvSource({"HUGETLBFS_2M, 100, 60, 3000", "HUGETLBFS_1G, 3, 40, 4000"})
    void inHugePages(Pair pair, int sequences, int length, long firstSeed) {
        long needed = pair.fileBytes() / pair.page().bytes();
        try (HugePages pages = HugePages.borrow(machine.service(HostMemory.class), pair.page(), needed)) {
            judge(pair, sequences, length, firstSeed);
            assertThat(pages.free()).as("free pages after it").isGreaterThanOrEqualTo(needed);
        }
    }

    @Test
    void anOffenderIsFoundAndItsCallsAreShortened() {
        Trial trial = new Trial(machine, Pair.TMPFS, model -> new Offender(model, Call.Munmap.class));
        Disagreement found = LongStream.range(0, 100)
                .mapToObj(seed -> trial.run(new RandomCalls(Pair.TMPFS, seed).sequence(60)))
                .flatMap(Optional::stream).findFirst().map(trial::shortest).orElseThrow();

        assertThat(found.calls()).as(found.toString()).hasSize(2).first().isInstanceOf(Call.Mmap.class);
        assertThat(found.occurrence().call()).isInstanceOf(Call.Munmap.class);
        assertThat(found.toString()).contains("munmap(").contains("there is no row");
    }

    private static void judge(Pair pair, int sequences, int length, long firstSeed) {
        Trial trial = new Trial(machine, pair);
        Map<String, String> disagreements = new TreeMap<>();
        LongStream.range(firstSeed, firstSeed + sequences).forEach(seed -> {
            trial.run(new RandomCalls(pair, seed).sequence(length)).ifPresent(disagreement -> disagreements
                    .computeIfAbsent(disagreement.occurrence().kind(), kind -> "seed " + seed + ", "
                            + trial.shortest(disagreement)));
        });
        System.out.printf("%s, seeds %d to %d: %d calls, %d differences in %d rows%n", pair, firstSeed,
                firstSeed + sequences - 1, trial.calls(),
                trial.counts().values().stream().mapToLong(Long::longValue).sum(), trial.counts().size());
        trial.counts().forEach((row, count) -> System.out.printf("%6d %s%n", count, row));
        assertThat(disagreements.values()).as("disagreements without a row").isEmpty();
        if (pair != Pair.HUGETLBFS_1G) {
            assertThat(Difference.values()).as("rows that never occurred").allMatch(
                    row -> trial.counts().containsKey(row) || !row.pairs().contains(pair)
                            || row.comesFromTheHostsAge() && !HOST_IS_AS_NEW_AS_THE_ROWS);
        }
    }

    private static boolean hostIsAsNewAsTheRows() {
        String[] version = System.getProperty("os.version").split("\\D", 3);
        return Integer.parseInt(version[0]) * 1000 + Integer.parseInt(version[1]) >= 6017;
    }
}
