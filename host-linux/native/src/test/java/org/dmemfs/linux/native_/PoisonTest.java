package org.dmemfs.linux.native_;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.linux.KvmExit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Poison under a guest and under Java, in a JVM of its own: a mistake there ends that JVM, which is what is tested. */
class PoisonTest {
    @ParameterizedTest
    @ValueSource(strings = {"-Xint", "-Xcomp -XX:TieredStopAtLevel=1", "-Xmixed"})
    void aGuestThatTouchesPoisonExitsAndTheJvmLives(String execution) throws IOException, InterruptedException {
        Host.kvm().close();
        KvmExit poison = new KvmExit.Poison(UserGuest.DATA_SLOT, PoisonedGuest.BAD, PoisonedGuest.BAD, 12);
        KvmExit out = new KvmExit.Io(KvmExit.Direction.OUT, UserGuest.PORT, 1, 1, List.of((long) 'K'));
        assertThat(printed(PoisonedGuest.class, execution)).containsExactly(poison.toString(), poison.toString(),
                out + " " + (int) 'K');
    }

    /** The host's answer names 4K at the place that was touched, and all of the page of 2M answers so. */
    @ParameterizedTest
    @ValueSource(strings = {"-Xint", "-Xmixed"})
    void onHugePagesTheGuestLosesAWholeOne(String execution) throws IOException, InterruptedException {
        Host.kvm().close();
        try (ReservedHugePages reserved = ReservedHugePages.take(Host.memory(), PageSize.SIZE_2M,
                UserGuest.BYTES / PageSize.SIZE_2M.bytes())) {
            assertThat(printed(PoisonedGuest.class, execution, "hugetlb")).containsExactly(
                    new KvmExit.Poison(UserGuest.DATA_SLOT, PoisonedGuest.BAD, PoisonedGuest.BAD, 12).toString(),
                    new KvmExit.Poison(UserGuest.DATA_SLOT, PoisonedGuest.BESIDE, PoisonedGuest.BESIDE, 12).toString(),
                    new KvmExit.Io(KvmExit.Direction.OUT, UserGuest.PORT, 1, 1, List.of((long) 'K')) + " "
                            + (int) 'K');
            assertThat(reserved.free()).isEqualTo(UserGuest.BYTES / PageSize.SIZE_2M.bytes());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"-Xint", "-XX:TieredStopAtLevel=1", "-XX:-TieredCompilation", "-Xmixed"})
    void aPlainAccessToPoisonIsAnErrorAndTheJvmLives(String execution) throws IOException, InterruptedException {
        assertThat(printed(PoisonedSegment.class, execution)).containsExactly("LOAD_LONG 1", "STORE_LONG 1",
                "LOAD_BYTE 1", "STORE_BYTE 1", "COPY_OUT 1", "COPY_IN 1", "FILL 1");
    }

    private static List<String> printed(Class<?> program, String execution, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(Arrays.asList(execution.split(" ", -1)));
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                program.getName()));
        command.addAll(List.of(arguments));
        Process child = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int code = child.waitFor();
        assumeFalse(code == PoisonedGuest.CANNOT_POISON, "the host has no userfaultfd that poisons");
        assertThat(code).as(output).isZero();
        return output.lines().toList();
    }
}
