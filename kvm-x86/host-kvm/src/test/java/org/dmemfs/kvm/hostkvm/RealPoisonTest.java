package org.dmemfs.kvm.hostkvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.dmemfs.kvm.Exit;
import org.dmemfs.kvm.FillPattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A frame goes bad under a real guest, in a JVM of its own, which must live: cold and warm. */
class RealPoisonTest {
    private static final String DONE = new Exit.PortWrite(FillPattern.port(), 1, FillPattern.doneValue()).toString();

    @ParameterizedTest
    @ValueSource(strings = {"-Xint", "-XX:TieredStopAtLevel=1", "-Xmixed"})
    void theGuestMeetsTheHostsErrorBeforeAnybodyIsTold(String execution) throws IOException, InterruptedException {
        String poison = "Poison[hostVirtualAddress=the bad page, leastSignificantBit=12]";
        assertThat(printed(execution)).containsExactly("filled: " + DONE, "window still has it: 2",
                "by the host: " + poison, "again: " + poison, "the task: BUS_MCEERR_AR lsb 12",
                "by the model: " + poison, "its neighbours: true", "refilled elsewhere: " + DONE);
    }

    /** What the host says of a lost huge page names 4K; what the model says, once it was told, names all of it. */
    @ParameterizedTest
    @ValueSource(strings = {"-Xint", "-Xmixed"})
    void ofHugePagesAWholeOneIsLost(String execution) throws IOException, InterruptedException {
        try (BorrowedHugePages _ = BorrowedHugePages.take(PoisonedDmem.HUGE_PAGES)) {
            assertThat(printed(execution, "whole")).containsExactly("filled: " + DONE, "window still has it: 2",
                    "by the host: Poison[hostVirtualAddress=the page of 2M, leastSignificantBit=12]",
                    "again: Poison[hostVirtualAddress=the page of 2M, leastSignificantBit=12]",
                    "the task: BUS_MCEERR_AR lsb 21",
                    "by the model: Poison[hostVirtualAddress=the page of 2M, leastSignificantBit=21]",
                    "its neighbours: BUS_MCEERR_AR lsb 21, true", "refilled elsewhere: " + DONE);
        }
    }

    private static List<String> printed(String execution, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        execution, "--enable-native-access=ALL-UNNAMED", "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        PoisonedDmem.class.getName()));
        command.addAll(List.of(arguments));
        Process child = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int code = child.waitFor();
        assumeFalse(code == PoisonedDmem.CANNOT_POISON, "the host runs no guest or has no userfaultfd that poisons");
        assertThat(code).as(output).isZero();
        return output.lines().toList();
    }
}
