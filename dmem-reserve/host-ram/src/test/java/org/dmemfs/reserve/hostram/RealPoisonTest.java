package org.dmemfs.reserve.hostram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.List;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.reserve.Reservation;
import org.dmemfs.tracing.KernelLog;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Frames that are bad for the host too. What touches them runs in a JVM of its own, which must live. */
class RealPoisonTest {
    @ParameterizedTest
    @ValueSource(strings = {"-Xint", "-XX:TieredStopAtLevel=1", "-XX:-TieredCompilation", "-Xmixed"})
    void anAccessUnderWayEndsInAnErrnoAndTheJvmLives(String execution) throws IOException, InterruptedException {
        List<String> errnos = Collections.nCopies(PoisonedRam.ROUNDS, "EHWPOISON");
        List<String> lines = printed(PoisonedRam.class, execution);
        assertThat(lines).hasSize(6).first().asString()
                .matches("another view: (EHWPOISON|java.lang.InternalError: .*), its neighbour 42");
        assertThat(lines.subList(1, 6)).containsExactly("COPY_OUT: " + errnos, "COPY_IN: " + errnos, "FILL: " + errnos,
                "LOAD_AND_STORE: " + errnos, "others keep their bytes: true");
    }

    /** The host marks no less than a huge page, and so the model knows all of its frames as bad. */
    @ParameterizedTest
    @ValueSource(strings = {"-Xint", "-Xmixed"})
    void aBadFrameOfAHugePageCostsAllOfItAndNoOther(String execution) throws IOException, InterruptedException {
        try (FileChannel lock = FileChannel.open(
                Path.of(System.getProperty("java.io.tmpdir"), "dmem-hugetlb.lock"), StandardOpenOption.CREATE,
                StandardOpenOption.WRITE)) {
            lock.lock();
            try (HugePagePool _ = new HugePagePool(PageSize.SIZE_2M, PoisonedHugePages.PAGES)) {
                assertThat(printed(PoisonedHugePages.class, execution)).containsExactly("bad frames: 512",
                        "the bad frame: EHWPOISON", "the first of its page: EHWPOISON", "the last: EHWPOISON",
                        "the page before: 1", "the page behind: 3", "told by the host alone: EHWPOISON",
                        "again: false");
                assertThat(Host.memory().freeHugePages(PageSize.SIZE_2M)).isGreaterThanOrEqualTo(
                        PoisonedHugePages.PAGES);
            }
        }
    }

    private static List<String> printed(Class<?> program, String execution) throws IOException, InterruptedException {
        Process child = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                execution, "--enable-native-access=ALL-UNNAMED", "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                program.getName()).redirectErrorStream(true).start();
        String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int code = child.waitFor();
        assumeFalse(code == PoisonedRam.CANNOT_POISON, "the host has no userfaultfd that poisons");
        assertThat(code).as(output).isZero();
        return output.lines().toList();
    }

    @Test
    void oneLineTellsWhatBecomesOfABadFrame() {
        KernelLog log = new KernelLog();
        assertThat(new RealPoison(null, true, log).description(PageSize.SIZE_4K)).contains("modelled")
                .contains("userfaultfd");
        assertThat(Host.realPoison().description(PageSize.SIZE_2M)).contains("modelled").contains("--poison whole");
        assumeTrue(Host.userfault() != null, "the host has no userfaultfd that poisons");
        assertThat(Host.wholePagePoison().description(PageSize.SIZE_2M)).contains("real", "whole page of 2M");
        assertThat(log.lines()).isEmpty();
    }

    @Test
    void withoutTheFacilityTheModelAloneKnows() {
        Reservation machine = PhysicalMemoryContract.machine("1x512M", "dmem=128M");
        try (HostRam memory = HostRam.memfd(Host.memory(), machine, new RealPoison(null, true, new KernelLog()))) {
            long pfn = machine.regions().getFirst().startPhysicalAddress() >> 12;
            assertThat(memory.poison(pfn)).isTrue();
            assertThat(memory.poison(pfn)).isFalse();
            assertThat(memory.poisoned().all()).containsExactly(pfn);
        }
    }
}
