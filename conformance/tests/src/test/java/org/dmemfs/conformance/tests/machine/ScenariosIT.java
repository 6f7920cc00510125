package org.dmemfs.conformance.tests.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.dmemfs.conformance.Scenario;
import org.dmemfs.conformance.Step;
import org.dmemfs.core.DmemPool;
import org.dmemfs.felix.Option;
import org.dmemfs.felix.launcher.FelixMachine;
import org.dmemfs.kernel.SeriesVersion;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;

/** Every scenario that ships, each on a machine that is as it was booted, as each version of the series. */
class ScenariosIT {
    private static final Map<String, Map<Option, String>> MACHINES = new TreeMap<>();
    /** Machines that the scenarios before have left as they found them. */
    private static final Map<Map<Option, String>, FelixMachine> UNCHANGED = new HashMap<>();

    /** Asks one machine for the scenarios that there are, and what each wants its own to be. */
    @BeforeAll
    static void list() {
        try (FelixMachine machine = Assembled.boot(Map.of(Option.MACHINE, "1x2G"))) {
            for (Scenario scenario : scenarios(machine)) {
                Map<Option, String> options = new EnumMap<>(Option.class);
                scenario.machine().forEach((word, value) -> options.put(Option.named(word).orElseThrow(), value));
                assertThat(MACHINES.put(scenario.name(), options)).as(scenario.name() + " is there once").isNull();
            }
        }
    }

    @AfterAll
    static void end() {
        UNCHANGED.values().forEach(FelixMachine::close);
    }

    static Stream<Arguments> scenariosOfEachSeries() {
        return MACHINES.keySet().stream()
                .flatMap(name -> Stream.of(SeriesVersion.values()).map(series -> Arguments.of(name, series)));
    }

    @ParameterizedTest(name = "{0}, series {1}")
    @MethodSource("scenariosOfEachSeries")
    void machineAnswersAsTheSeriesDoes(String name, SeriesVersion series) {
        Map<Option, String> options = new EnumMap<>(Objects.requireNonNull(MACHINES.get(name)));
        options.put(Option.SERIES, series.label());
        FelixMachine machine = UNCHANGED.containsKey(options)
                ? Objects.requireNonNull(UNCHANGED.remove(options))
                : Assembled.boot(options);
        boolean unchanged = false;
        try {
            Scenario scenario = scenarios(machine).stream().filter(each -> each.name().equals(name)).findFirst()
                    .orElseThrow();

            assertThat(scenario.run(series)).isNotEmpty().allMatch(Step::agrees);
            assertThat(machine.service(DmemPool.class).usage().nodes()).as("the ledger after it")
                    .allMatch(node -> node.free() + node.used() + node.retired() == node.total())
                    .allMatch(node -> node.used() == 0);
            // Bad frames stay bad; there are no other traces.
            unchanged = machine.service(DmemPool.class).badFrames().isEmpty() && isWantedBySeveral(name);
        } finally {
            if (unchanged) {
                UNCHANGED.put(options, machine);
            } else {
                machine.close();
            }
        }
    }

    private static boolean isWantedBySeveral(String name) {
        return Collections.frequency(MACHINES.values(), MACHINES.get(name)) > 1;
    }

    @Test
    void seriesOwnTestsAreAmongThem() {
        assertThat(MACHINES).containsKeys("order_test", "node_test");
    }

    private static List<Scenario> scenarios(FelixMachine machine) {
        BundleContext context = machine.context();
        try {
            return context.getServiceReferences(Scenario.class, null).stream().map(context::getService)
                    .filter(Objects::nonNull).toList();
        } catch (InvalidSyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
