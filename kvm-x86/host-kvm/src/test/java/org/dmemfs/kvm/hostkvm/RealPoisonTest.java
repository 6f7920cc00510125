package org.dmemfs.kvm.hostkvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.dmemfs.kvm.Exit;
import org.dmemfs.kvm.FillPattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A frame goes bad under a real guest, in a JVM of its own, which must live: cold and warm. */
class RealPoisonTest {
    @ParameterizedTest
    @ValueSource(strings = {"-Xint", "-XX:TieredStopAtLevel=1", "-Xmixed"})
    void theGuestMeetsTheHostsErrorBeforeAnybodyIsTold(String execution) throws IOException, InterruptedException {
        Process child = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                execution, "--enable-native-access=ALL-UNNAMED", "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                PoisonedDmem.class.getName()).redirectErrorStream(true).start();
        String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int code = child.waitFor();
        assumeFalse(code == PoisonedDmem.CANNOT_POISON, "the host runs no guest or has no userfaultfd that poisons");
        String done = new Exit.PortWrite(FillPattern.port(), 1, FillPattern.doneValue()).toString();
        String poison = "Poison[hostVirtualAddress=the bad page, leastSignificantBit=12]";
        assertThat(output.lines()).as(output).containsExactly("filled: " + done, "window still has it: 2",
                "by the host: " + poison, "again: " + poison, "the task: BUS_MCEERR_AR lsb 12",
                "by the model: " + poison, "its neighbours: true", "refilled elsewhere: " + done);
        assertThat(code).isZero();
    }
}
