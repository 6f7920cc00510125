package org.dmemfs.felix.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.dmemfs.felix.Option;
import org.dmemfs.felix.UsageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InvocationTest {
    private static final Path DIRECTORY = Path.of("/home/someone");

    private static Invocation read(String line) {
        return Invocation.read(DIRECTORY, line.isEmpty() ? new String[0] : line.split(" "));
    }

    @ParameterizedTest(name = "[{0}] is the command {1} with the arguments {2}")
    @CsvSource(nullValues = "-", value = {
            "tour, tour, ''",
            "--json tour, tour, ''",
            "tour --json, tour, ''",
            "exec lb, exec, lb",
            "--memory memfd exec lb, exec, lb",
            "exec --memory memfd lb, exec, lb",
            "exec lb --memory=memfd, exec, lb",
            "exec -- --json, exec, --json",
            "exec --own value, exec, --own value",
            "--help, help, ''",
            "--help tour, help, tour",
            "tour --help, help, tour",
            "--version, version, ''"})
    void findsTheCommandAmongTheOptions(String line, String word, String arguments) {
        Invocation invocation = read(line);
        assertThat(invocation.word()).isEqualTo(word);
        assertThat(String.join(" ", invocation.arguments())).isEqualTo(arguments);
    }

    @ParameterizedTest(name = "{0}: {1} is {2}")
    @CsvSource({
            "--machine 2x512G up, MACHINE, 2x512G",
            "--machine host up, MACHINE, host",
            "up --machine iomem.txt, MACHINE, /home/someone/iomem.txt",
            "up --machine ../iomem.txt, MACHINE, /home/iomem.txt",
            "up --machine /proc/iomem, MACHINE, /proc/iomem",
            "up --pagesize 2m, PAGESIZE, 2M",
            "up --pagesize=1G, PAGESIZE, 1G",
            "--memory HUGETLB up, MEMORY, hugetlb",
            "up --series v1 --series v2, SERIES, v2",
            "up --cmdline dmem=4G:1G, CMDLINE, dmem=4G:1G",
            "up --cmdline=dmem=4G:1G, CMDLINE, dmem=4G:1G"})
    void readsAnOptionBeforeOrAfterTheCommand(String line, Option option, String value) {
        assertThat(read(line).options()).isEqualTo(Map.of(option, value));
    }

    @ParameterizedTest(name = "[{0}] is refused: {1}")
    @CsvSource(delimiter = '|', value = {
            "'' | a command is wanted, such as tour or reserve: dmem help lists them all",
            "--json | a command is wanted, such as tour or reserve: dmem help lists them all",
            "--memory paper up | --memory paper is not known: accepted are simulated, memfd, hugetlb",
            "up --pagesize 3M | --pagesize 3M is not known: accepted are 4K, 2M, 1G",
            "up --series v3 | --series v3 is not known: accepted are repaired, v2, v1",
            "up --cmdline= | --cmdline is empty: accepted is a kernel command line with dmem=, such as \"dmem=1G\"",
            "up --machine | --machine wants a value: accepted is host, nodes and size such as 2x512G, or a file: a saved dmesg, or in the format of /proc/iomem",
            "up --at | --at wants a value: accepted is the name of a machine that is up",
            "up --at ../x | --at ../x is no name for a machine: accepted are up to 32 letters, digits, dots, dashes and underscores",
            "up --at .hidden | --at .hidden is no name for a machine: accepted are up to 32 letters, digits, dots, dashes and underscores",
            "--colour up | --colour is no option: accepted are --machine, --cmdline, --memory, --pagesize, --poison, --series, --guest, --json, --at, --help, --version",
            "--allocator bitmap up | --allocator is no option: accepted are --machine, --cmdline, --memory, --pagesize, --poison, --series, --guest, --json, --at, --help, --version"})
    void refusesWithTheValueAndWhatIsAccepted(String line, String sentence) {
        assertThatThrownBy(() -> read(line)).isInstanceOf(UsageException.class).hasMessage(sentence);
    }

    @Test
    void callsTheMachineDefaultUnlessItIsNamed() {
        assertThat(List.of(read("up").name(), read("up --at lab").name())).containsExactly("default", "lab");
    }
}
