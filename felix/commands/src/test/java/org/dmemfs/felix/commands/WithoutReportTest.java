package org.dmemfs.felix.commands;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.dmemfs.conformance.PatchSeries;
import org.dmemfs.conformance.SeriesPatch;
import org.dmemfs.conformance.SeriesPatch.Absence;
import org.dmemfs.felix.commands.ScenariosCommand.Call;
import org.dmemfs.felix.commands.ScenariosCommand.ScenarioRun;
import org.dmemfs.felix.commands.WithoutReport.Taken;
import org.dmemfs.felix.commands.WithoutReport.Unsatisfied;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** When the absence of a patch counts as shown, and by which calls. */
class WithoutReportTest {
    @ParameterizedTest(name = "{0}: passed without {1}, after {2}, unsatisfied directly {3}, still {4}")
    @CsvSource(nullValues = "-", value = {"OTHER_ANSWERS, false, true, -, false, true",
            "OTHER_ANSWERS, true, true, -, false, false", "OTHER_ANSWERS, false, false, -, false, false",
            "UNSATISFIED_CONSUMERS, false, true, true, false, true",
            "UNSATISFIED_CONSUMERS, false, true, false, false, false",
            "UNSATISFIED_CONSUMERS, false, true, -, false, false",
            "UNSATISFIED_CONSUMERS, false, true, true, true, false",
            "UNSATISFIED_CONSUMERS, false, false, true, false, false", "NO_EFFECT, true, true, -, false, true",
            "NO_EFFECT, false, false, -, false, false"})
    void shown(Absence absence, boolean passedWithout, boolean passedAfter, Boolean direct, boolean still,
            boolean expected) {
        List<Unsatisfied> unsatisfied = direct == null
                ? List.of()
                : List.of(new Unsatisfied("a.Component", List.of("a.Service"), direct, List.of()));
        WithoutReport report = new WithoutReport("repaired", 1, "title", PatchReport.words(absence), "reason",
                List.of(), List.of(new Taken("one", passedWithout, passedAfter, List.of())), unsatisfied,
                still ? List.of("a.Component lacks a.Service") : List.of(), List.of());
        assertThat(report.isAsExpected()).isEqualTo(expected);
    }

    @Test
    void shortestTraceIsThatOfTheScenarioThatFailsFirstAndEndsWhereItDoes() {
        ScenarioRun late = run("late", true, true, false);
        ScenarioRun early = run("early", true, false, false);
        ScenarioRun never = run("never", true);
        assertThat(WithoutReport.shortest(List.of(late, early, never))).isEqualTo(early.calls().subList(0, 2));
        assertThat(WithoutReport.shortest(List.of(never))).isEmpty();
    }

    private static ScenarioRun run(String name, boolean... agrees) {
        List<Call> calls = IntStream.range(0, agrees.length)
                .mapToObj(index -> new Call(name + index, "ok", agrees[index] ? "ok" : "EIO", agrees[index], List.of()))
                .toList();
        return ScenarioRun.of(name, "repaired", calls);
    }

    static List<SeriesPatch> patches() {
        return PatchSeries.patches();
    }

    @ParameterizedTest
    @MethodSource("patches")
    void everyPatchIsTakenOutInTheOneWayThatItsAbsenceNames(SeriesPatch patch) {
        assertThat(!PatchSwitch.configurations(patch.v2()).isEmpty()).as("a switch")
                .isEqualTo(patch.absence() == Absence.OTHER_ANSWERS);
        assertThat(PatchProvider.of(patch.v2()).isPresent()).as("a provider")
                .isEqualTo(patch.absence() == Absence.UNSATISFIED_CONSUMERS);
    }
}
