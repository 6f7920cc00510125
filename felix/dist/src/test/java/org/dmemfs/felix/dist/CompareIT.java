package org.dmemfs.felix.dist;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.file.Path;
import java.util.List;
import org.dmemfs.felix.dist.CommandLine.Answer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The comparison of schemes as a user runs it. */
class CompareIT {
    @Test
    void twoSchemesAnswerSideBySide(@TempDir Path folder) throws Exception {
        Answer answer = new CommandLine(CommandLine.assembled(), folder).run("compare", "--schemes",
                "dmemfs-v2,hugetlb-6.12", "--json");
        JsonObject compared = JsonParser.parseString(answer.output()).getAsJsonObject();
        assertThat(answer.exitCode()).isZero();
        assertThat(compared.getAsJsonArray("schemes").asList().stream()
                .map(each -> each.getAsJsonObject().get("name").getAsString()).toList())
                .isEqualTo(List.of("hugetlb-6.12", "dmemfs-v2"));
        JsonObject grow = compared.getAsJsonArray("operations").asList().stream().map(each -> each.getAsJsonObject())
                .filter(each -> each.get("operation").getAsString().equals("pin for O_DIRECT")).findFirst()
                .orElseThrow().getAsJsonObject("answers");
        assertThat(grow.get("hugetlb-6.12").getAsString()).isEqualTo("the bytes arrive");
        assertThat(grow.get("dmemfs-v2").getAsString()).isEqualTo("EFAULT");
    }

    @Test
    void hypotheticalSchemeIsMarkedWhereverItIsNamed(@TempDir Path folder) throws Exception {
        Answer answer = new CommandLine(CommandLine.assembled(), folder).run("compare", "--schemes", "huge-pfnmap");
        assertThat((answer.output() + answer.error()).lines().filter(line -> line.contains("huge-pfnmap-6.12")))
                .hasSizeGreaterThan(2)
                .allMatch(line -> line.contains("huge-pfnmap-6.12 (hypothetical)"));
    }

    @ParameterizedTest(name = "compare {0}: {1}")
    @CsvSource(delimiter = '|', value = {"--schemes guestmemfs | guestmemfs is no scheme: there are plain-5.10",
            "--schemes hugetlb, | is no scheme", "--scheme plain | --scheme is no option of compare"})
    void wrongWordsAreTold(String words, String sentence, @TempDir Path folder) throws Exception {
        Answer answer = new CommandLine(CommandLine.assembled(), folder).run(("compare " + words).split(" "));
        assertThat(answer.exitCode()).isEqualTo(2);
        assertThat(answer.error()).contains(sentence);
    }
}
