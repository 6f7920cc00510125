package org.dmemfs.felix.dist;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.file.Path;
import org.dmemfs.felix.dist.CommandLine.Answer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The soak as a user runs it. */
class SoakCommandIT {
    @TempDir
    private Path folder;

    @Test
    void machinesOfEachKindKeepEveryRule() throws Exception {
        CommandLine commandLine = new CommandLine(CommandLine.assembled(), folder);
        Answer answer = commandLine.run("soak", "--minutes", "0.5", "--seed", "20201207", "--json");
        JsonObject soak = JsonParser.parseString(answer.output()).getAsJsonObject();

        assertThat(soak.get("brokenRule").isJsonNull()).as(answer.output()).isTrue();
        assertThat(answer.exitCode()).isZero();
        assertThat(soak.get("steps").getAsLong()).isPositive();
        assertThat(soak.getAsJsonObject("longestMicroseconds").keySet()).contains("mount");
        assertThat(commandLine.leftBehind()).isEmpty();
    }

    @ParameterizedTest(name = "soak {0}: {1}")
    @CsvSource(delimiter = '|', value = {"--minutes 0 | --minutes 0 is no length of time",
            "--minutes ten | --minutes ten is no length of time", "--minutes -1 | --minutes -1 is no length of time",
            "--seed 1.5 | --seed 1.5 is no seed", "--hours 1 | --hours is no option of soak"})
    void wrongInputIsRefused(String words, String sentence) throws Exception {
        Answer answer = new CommandLine(CommandLine.assembled(), folder).run(("soak " + words).split(" "));

        assertThat(answer.exitCode()).isEqualTo(2);
        assertThat(answer.errorLines()).singleElement().asString().contains(sentence);
    }
}
