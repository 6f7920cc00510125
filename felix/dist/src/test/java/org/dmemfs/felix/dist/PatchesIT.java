package org.dmemfs.felix.dist;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.dmemfs.felix.Option;
import org.dmemfs.felix.dist.CommandLine.Answer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The series patch by patch, as the command shows it. */
class PatchesIT {
    private static MachineUnderTest machine;

    @BeforeAll
    static void boot() {
        machine = new MachineUnderTest(Map.of(Option.MACHINE, "1x4G"));
    }

    @AfterAll
    static void end() {
        machine.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"repaired", "v2", "v1"})
    void everyPatchIsListedAndEveryScenarioPasses(String series) {
        Answer answer = machine.run("patches", "--series", series, "--json");
        List<JsonObject> patches = list(JsonParser.parseString(answer.output()).getAsJsonObject(), "patches");
        assertThat(patches.stream().map(patch -> patch.get("v2").getAsInt())).hasSize(37).doesNotHaveDuplicates();
        assertThat(patches.stream().flatMap(patch -> list(patch, "scenarios").stream())).isNotEmpty()
                .allMatch(scenario -> scenario.get("passed").getAsBoolean());
        assertThat(answer.exitCode()).as(answer.error()).isZero();
        assertThat(patches).allMatch(patch -> !patch.getAsJsonArray("scenarios").isEmpty());
        assertThat(patches.get(2).getAsJsonArray("classes").toString()).contains("DirectMemoryPool");
    }

    private static List<JsonObject> list(JsonObject object, String member) {
        return StreamSupport.stream(object.getAsJsonArray(member).spliterator(), false)
                .map(JsonElement::getAsJsonObject).toList();
    }

    @ParameterizedTest(name = "patches {0}: {1}")
    @CsvSource(delimiter = '|', value = {"01 | mount -o pagesize=3K: EINVAL", "3 | class org.dmemfs.core.",
            "11 | without it, no run-time effect", "37 | documented_use passed"})
    void onePatchIsShownWithItsCalls(String number, String told) {
        assertThat(machine.run("patches", number).output()).contains(told);
    }

    @ParameterizedTest(name = "without {0}: {1}")
    @CsvSource(delimiter = '|', value = {"21 | EINVAL, but the series answers 511", "21 | org.dmemfs.mm.series",
            "18 | move_pages_status: failed without, passed with it back", "27 | kernel log: ",
            "22 | unsatisfied: org.dmemfs.kvm.tdp.TdpHypervisor (patches 22, 33) lacks ",
            "34 | no run-time effect"})
    void whatAMachineDoesWithoutAPatchIsToldInWords(String number, String told) {
        Answer answer = machine.run("patches", "--without", number);
        assertThat(answer.exitCode()).as(answer.output() + answer.error()).isZero();
        assertThat(answer.output()).contains(told).contains(" with it back");
    }

    @ParameterizedTest(name = "patches {0}: {1}")
    @CsvSource(delimiter = '|', value = {"0 | there is no patch 0", "38 | there is no patch 38",
            "some | there is no patch some",
            "--without some | there is no patch some", "--without 18 18 | 18 is too much beside --without 18",
            "--series v3 | v3"})
    void wrongInputGivesOneSentenceAndExitCode2(String arguments, String sentence) {
        Answer answer = machine.run(("patches " + arguments).split(" "));
        assertThat(answer.exitCode()).isEqualTo(2);
        assertThat(answer.errorLines()).singleElement().asString().contains(sentence);
        assertThat(answer.output()).isEmpty();
    }
}
