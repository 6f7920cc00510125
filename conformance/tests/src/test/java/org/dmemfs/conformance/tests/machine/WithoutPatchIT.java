package org.dmemfs.conformance.tests.machine;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.dmemfs.felix.CommandConsole;
import org.dmemfs.felix.CommandInterpreter;
import org.dmemfs.felix.CommandRequest;
import org.dmemfs.felix.Option;
import org.dmemfs.felix.launcher.FelixMachine;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * {@code patches --without}: what a running machine does without each patch, as facts 15 has it, and that it is whole again
 * with the patch back.
 */
class WithoutPatchIT {
    private static final Map<Integer, JsonObject> REPORTS = new TreeMap<>();

    private static FelixMachine machine;

    @BeforeAll
    static void boot() {
        machine = Assembled.boot(Map.of(Option.MACHINE, "1x2G"));
    }

    @AfterAll
    static void end() {
        machine.close();
        assertThat(REPORTS).as("every patch has its row").hasSize(37);
    }

    @ParameterizedTest(name = "without {0}, {1} fails at {2}: {3}")
    @CsvSource(delimiter = '|', value = {
            "4 | first_fault | 4K: the first store | KILLED | RIP: lookup_memtype",
            "6 | truncation | dpages that are left | 4 | ''",
            "7 | trace_events | mount, touch and truncate | [] | ''",
            "8 | debugfs_files | the files of dmem | [] | ''",
            "9 | ptrace_access | peek at what the task stored | EIO | ''",
            "10 | batching | dpages of a file of 8 after a touch of its 5th | 4 | ''",
            "12 | memory_policies | nodes of 4 dpages of 2M: interleave over both nodes | [0, 0, 0, 0] | ''",
            "13 | fast_gup | 2M: get_user_pages_fast | KILLED | BUG: unable to handle page fault",
            "13 | move_pages_status | 2M: status of a touched page | KILLED | BUG: unable to handle page fault",
            "14 | fast_gup | 2M: get_user_pages_fast | KILLED | BUG: unable to handle page fault",
            "14 | move_pages_status | 2M: status of a touched page | KILLED | BUG: unable to handle page fault",
            "15 | unmapping | 2M: what the kernel log complains of | bad pmd | ''",
            "15 | unmapping | 2M: a load where it was | 1 | ''",
            "16 | misaligned_munmap | 2M: munmap of the second 4K | KILLED | VM_BUG_ON",
            "17 | unmapping | 2M: what the kernel log complains of | bad pmd | ''",
            "17 | unmapping | 2M: a load where it was | 1 | ''",
            "18 | move_pages_status | 2M: status of a touched page | ENOENT | ''",
            "19 | fast_gup | 2M: get_user_pages_fast | KILLED | BUG: unable to handle page fault",
            "19 | strict_mbind | 2M: mbind with MPOL_MF_STRICT | KILLED | BUG: unable to handle page fault",
            "20 | fast_gup | 2M: get_user_pages_fast | KILLED | BUG: unable to handle page fault",
            "20 | move_pages_status | 2M: status of a touched page | KILLED | BUG: unable to handle page fault",
            "21 | frames_for_guests_and_devices | 2M: follow_pfn of the last page | EINVAL | ''",
            "21 | frames_for_guests_and_devices | 2M: KVM_RUN of a guest on it | Fault | ''",
            "21 | frames_for_guests_and_devices | 2M: a DMA map of it | EINVAL | ''",
            "23 | system_call_rules | mprotect to read-only | ok | bad pmd",
            "23 | system_call_rules | mremap that grows | EFAULT | ''",
            "23 | system_call_rules | mremap of the same size to another place | 134217728 | ''",
            "23 | system_call_rules | mincore | 0 | ''",
            "24 | fault_sizes | 2M: level of the entry after one touch | 4K | ''",
            "25 | read_only_device | a writing DMA map of a read-only mapping | ok | ''",
            "26 | fast_gup | 1G: get_user_pages_fast | KILLED | BUG: unable to handle page fault",
            "26 | move_pages_status | 1G: status of a touched page | KILLED | BUG: unable to handle page fault",
            "27 | unmapping | 1G: what the kernel log complains of | bad pud | ''",
            "27 | unmapping | 1G: a load where it was | 1 | ''",
            "27 | fast_gup | 1G: get_user_pages_fast | KILLED | BUG: unable to handle page fault",
            "28 | fault_sizes | 1G: level of the entry after one touch | 2M | ''",
            "29 | frames_for_guests_and_devices | 1G: follow_pfn of the last page | EINVAL | ''",
            "29 | frames_for_guests_and_devices | 1G: KVM_RUN of a guest on it | Fault | ''",
            "29 | frames_for_guests_and_devices | 1G: a DMA map of it | EINVAL | ''",
            "30 | large_region | mount at 2M | ENOMEM | ''",
            "31 | memory_errors | memory_failure of a page in use | ENXIO | outside the kernel's control",
            "32 | error_signals | signals of the task | [] | ''",
            "33 | steal_time | version after two runs | 0 | ''",
            "35 | reference_counts | dpages in use after the holder gave its own back | 0 | ''",
            "35 | truncate_under_dma | dpages that are not free while the device has them | 0 | ''",
            "36 | truncate_under_dma | dpages that are not free while the device has them | 0 | ''"})
    void patchThatIsTakenOutIsMissedForTheReasonThatItHas(int patch, String scenario, String call, String answered,
            String logged) {
        JsonObject report = without(patch);
        assertThat(report.get("absence").getAsString()).isEqualTo("other answers");
        JsonObject taken = list(report, "scenarios").filter(each -> each.get("name").getAsString().equals(scenario))
                .findFirst().orElseThrow();
        assertThat(taken.get("passedWithout").getAsBoolean()).isFalse();
        assertThat(list(taken, "failures").filter(each -> each.get("call").getAsString().startsWith(call)))
                .as("%s", taken).isNotEmpty().allSatisfy(failure -> {
                    assertThat(failure.get("answer").getAsString()).contains(answered);
                    assertThat(failure.get("kernelLog").toString()).contains(logged);
                });
        assertThat(list(report, "trace")).as("the trace ends at the first other answer").isNotEmpty();
    }

    @ParameterizedTest(name = "without {0}, {1} lacks {2}")
    @CsvSource(delimiter = '|', value = {
            "1 | org.dmemfs.conformance.scenarios.MountRules | org.dmemfs.fs.Dmemfs",
            "2 | org.dmemfs.core.pool.PoolComponent | org.dmemfs.reserve.Reservation",
            "3 | org.dmemfs.fs.fs.FileSystemComponent | org.dmemfs.core.DmemPool",
            "5 | org.dmemfs.conformance.scenarios.HugeMappings | org.dmemfs.fs.Dmemfs",
            "22 | org.dmemfs.kvm.tdp.TdpHypervisor | org.dmemfs.core.DmemPages",
            "22 | org.dmemfs.vfio.type1.Type1Component | org.dmemfs.core.DmemPages"})
    void patchThatOthersAreBuiltOnLeavesThemUnsatisfied(int patch, String component, String lacking) {
        JsonObject report = without(patch);
        assertThat(report.get("absence").getAsString()).isEqualTo("unsatisfied consumers");
        assertThat(list(report, "unsatisfied").filter(each -> each.get("direct").getAsBoolean()))
                .filteredOn(each -> each.get("component").getAsString().equals(component)).singleElement()
                .satisfies(each -> assertThat(each.get("lacking").toString()).contains(lacking));
        assertThat(report.getAsJsonArray("leftUnsatisfied")).isEmpty();
    }

    /** Who only mounts can do without mmap. */
    @Test
    void consumersOfPatch05AreFewerThanThoseOfPatch01() {
        Set<String> ofMmap = consumers(5);
        assertThat(consumers(1)).containsAll(ofMmap).hasSizeGreaterThan(ofMmap.size());
    }

    @ParameterizedTest(name = "without {0}: no run-time effect, {1} shows it")
    @CsvSource({"11, memory_policies", "34, order_test", "37, documented_use"})
    void patchWithoutRunTimeEffectSaysSo(int patch, String scenario) {
        JsonObject report = without(patch);
        assertThat(report.get("absence").getAsString()).isEqualTo("no run-time effect");
        assertThat(list(report, "scenarios").map(each -> each.get("name").getAsString())).contains(scenario);
        assertThat(report.getAsJsonArray("takenOutOf")).isEmpty();
    }

    /** Its document, for which each patch is taken out once: exit code 0, and every scenario passes with it back. */
    private static JsonObject without(int patch) {
        return REPORTS.computeIfAbsent(patch, WithoutPatchIT::ask);
    }

    private static JsonObject ask(int patch) {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        ByteArrayOutputStream error = new ByteArrayOutputStream();
        int exitCode = machine.service(CommandInterpreter.class).run(
                new CommandRequest("patches", List.of("--without", String.valueOf(patch)), Map.of(), true, "default"),
                new CommandConsole(InputStream.nullInputStream(), new PrintStream(output, true, StandardCharsets.UTF_8),
                        new PrintStream(error, true, StandardCharsets.UTF_8), Path.of("").toAbsolutePath(), null));
        assertThat(exitCode).as(output.toString(StandardCharsets.UTF_8) + error.toString(StandardCharsets.UTF_8))
                .isZero();
        JsonObject report = JsonParser.parseString(output.toString(StandardCharsets.UTF_8)).getAsJsonObject();
        assertThat(report.get("patch").getAsInt()).isEqualTo(patch);
        assertThat(list(report, "scenarios")).allMatch(each -> each.get("passedAfter").getAsBoolean());
        return report;
    }

    private static Set<String> consumers(int patch) {
        Set<String> names = new TreeSet<>();
        list(without(patch), "unsatisfied").filter(each -> each.get("direct").getAsBoolean())
                .forEach(each -> names.add(each.get("component").getAsString()));
        return names;
    }

    private static Stream<JsonObject> list(JsonObject object, String member) {
        JsonArray array = object.getAsJsonArray(member);
        return StreamSupport.stream(array.spliterator(), false).map(JsonElement::getAsJsonObject);
    }
}
