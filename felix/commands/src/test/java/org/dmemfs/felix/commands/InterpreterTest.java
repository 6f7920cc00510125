package org.dmemfs.felix.commands;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;
import org.dmemfs.felix.CommandInterpreter.Surroundings;
import org.dmemfs.felix.CommandRequest;
import org.dmemfs.felix.Option;
import org.dmemfs.felix.UsageException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InterpreterTest {
    /** Shaped as a command is. */
    public static final class Example {
        @Descriptor("Does it.")
        public void fetch(CommandSession session,
                @Descriptor("machine") @Parameter(names = "--machine", absentValue = "") String machine,
                @Descriptor("how many") @Parameter(names = "--count", absentValue = "1") String count,
                @Descriptor("as JSON") @Parameter(names = "--json", presentValue = "true", absentValue = "false") boolean json,
                @Descriptor("what") String what) {
        }

        @Descriptor("Does it.")
        public void fetch(CommandSession session, @Descriptor("what") String what,
                @Descriptor("from where") String from, @Descriptor("to where") String to) {
        }
    }

    private static List<String> words(String arguments, boolean json) {
        CommandDescription command = CommandDescription.of("fetch", Example.class, Surroundings.NONE).orElseThrow();
        List<String> split = arguments.isEmpty() ? List.of() : Arrays.asList(arguments.split(" "));
        return Interpreter.words(command,
                new CommandRequest("fetch", split, Map.of(Option.MACHINE, "1x4G", Option.MEMORY, "memfd"), json,
                        "lab"));
    }

    @ParameterizedTest(name = "fetch {0}, JSON {1}, is called with {2}")
    @CsvSource({
            "it, false, --machine 1x4G it",
            "it, true, --machine 1x4G --json it",
            "--count 3 it, false, --machine 1x4G --count 3 it",
            "it --count 3, false, --machine 1x4G --count 3 it"})
    void handsACommandTheOptionsThatItDeclares(String arguments, boolean json, String called) {
        assertThat(String.join(" ", words(arguments, json))).isEqualTo(called);
    }

    @ParameterizedTest(name = "fetch {0} is refused: {1}")
    @CsvSource(delimiter = '|', value = {
            "'' | fetch wants WHAT",
            "it here there again | again is too much for fetch: accepted is WHAT",
            "it here | fetch cannot be called with 2 of its words: accepted are WHAT; WHAT FROM TO",
            "--colour it | --colour is no option of fetch: accepted are --machine, --count, --json",
            "it --count | --count wants a value: how many"})
    void refusesWhatACommandDoesNotDeclare(String arguments, String sentence) {
        assertThatThrownBy(() -> words(arguments, false)).isInstanceOf(UsageException.class).hasMessage(sentence);
    }
}
