package org.dmemfs.felix.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.dmemfs.felix.MachineOptions;
import org.dmemfs.felix.Option;
import org.dmemfs.felix.UsageException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MachineOptionsTest {
    @ParameterizedTest(name = "with page size {0} the command line is {1}")
    @CsvSource({"4K, dmem=1G", "2M, dmem=1G", "1G, dmem=4G:1G"})
    void theCommandLineThatNobodyChoseFollowsThePageSize(String pageSize, String commandLine) {
        assertThat(MachineOptions.initial().with(Option.PAGESIZE, pageSize).get(Option.CMDLINE)).isEqualTo(commandLine);
    }

    @Test
    void aChosenCommandLineStandsAtAnyPageSize() {
        MachineOptions options = MachineOptions.initial()
                .with(Map.of(Option.PAGESIZE, "1G", Option.CMDLINE, "dmem=8G"));
        assertThat(options.get(Option.CMDLINE)).isEqualTo("dmem=8G");
    }

    @ParameterizedTest(name = "chosen {0}, page size {1}: configured with cmdline {2} and request {3}")
    @CsvSource(nullValues = "none", value = {"none, 2M, '', dmem=1G", "none, 1G, '', dmem=4G:1G",
            "dmem=8G, 1G, dmem=8G, dmem=4G:1G"})
    void onlyAChosenCommandLineIsConfigured(@Nullable String chosen, String pageSize, String commandLine,
            String request) {
        MachineOptions options = MachineOptions.initial().with(Option.PAGESIZE, pageSize);
        assertThat((chosen == null ? options : options.with(Option.CMDLINE, chosen)).configurations()
                .get("org.dmemfs.reserve.memblock")).containsEntry("cmdline", commandLine)
                .containsEntry("request", request);
    }

    @ParameterizedTest(name = "series {0}, allocator [{1}]: [{2}] serves")
    @CsvSource({"repaired, '', ''", "repaired, llfree, llfree", "v2, '', bitmap", "v1, '', bitmap",
            "v1, llfree, llfree"})
    void thePostedSeriesIsServedByItsOwnAllocator(String series, String chosen, String configured) {
        assertThat(MachineOptions.initial().with(Map.of(Option.SERIES, series, Option.ALLOCATOR, chosen))
                .configurations().get("org.dmemfs.core.pool")).containsEntry("allocator", configured);
    }

    @ParameterizedTest(name = "{0} is told what a bad frame costs")
    @ValueSource(strings = {"org.dmemfs.fs.fs", "org.dmemfs.reserve.hostram"})
    void poisonGoesToTheFileSystemAndToTheHostsMemory(String component) {
        MachineOptions options = MachineOptions.initial().with(Option.MEMORY, "hugetlb");
        assertThat(options.configurations().get(component)).containsEntry("poison", "page");
        assertThat(options.with(Option.POISON, "whole").configurations().get(component)).containsEntry("poison",
                "whole");
    }

    @Test
    void theLaterChoiceWins() {
        MachineOptions file = MachineOptions.initial().with(Map.of(Option.MEMORY, "memfd", Option.SERIES, "v1"));
        MachineOptions both = file.with(Map.of(Option.MEMORY, "hugetlb"));
        assertThat(Map.of(Option.MEMORY, both.get(Option.MEMORY), Option.SERIES, both.get(Option.SERIES)))
                .isEqualTo(Map.of(Option.MEMORY, "hugetlb", Option.SERIES, "v1"));
    }

    @Test
    void aValueIsCheckedWhereverItComesFrom() {
        assertThatThrownBy(() -> new MachineOptions(Map.of(Option.MEMORY, "paper"))).isInstanceOf(UsageException.class)
                .hasMessageContaining("--memory paper");
    }

    @ParameterizedTest(name = "memory {0} configures {1} and not {2}")
    @CsvSource({
            "simulated, org.dmemfs.reserve.simulatedram, org.dmemfs.reserve.hostram",
            "memfd, org.dmemfs.reserve.hostram, org.dmemfs.reserve.simulatedram",
            "hugetlb, org.dmemfs.reserve.hostram, org.dmemfs.reserve.simulatedram"})
    void exactlyOneKindOfMemoryIsConfigured(String memory, String wanted, String unwanted) {
        assertThat(MachineOptions.initial().with(Option.MEMORY, memory).configurations()).containsKey(wanted)
                .doesNotContainKey(unwanted);
    }
}
