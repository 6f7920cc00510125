package org.dmemfs.felix.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.util.Map;
import org.dmemfs.felix.Option;
import org.dmemfs.felix.dist.CommandLine.Answer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Soaks on huge pages of the host with seeds that once failed: a real guest came to a good page in a huge page with a bad
 * one, or to small dpages that a huge page could not be made of, and its exit was not told from a defect.
 */
class HugetlbSoakIT {
    private static final long HUGE_PAGE = 2L << 20;
    private static final int PAGES = 256;

    @ParameterizedTest(name = "seed {0}, pages of {1}, {2} steps")
    @CsvSource({"9, 2M, 330", "11, 4K, 650"})
    void everyRuleIsKept(String seed, String pageSize, String steps) throws IOException {
        try (HugePages pages = HugePages.take(HUGE_PAGE, PAGES)) {
            assumeTrue(pages.granted(), pages::sentence);
            try (MachineUnderTest machine = new MachineUnderTest(
                    Map.of(Option.MEMORY, "hugetlb", Option.MACHINE, "4x1G",
                            Option.CMDLINE, "dmem=128M", Option.PAGESIZE, pageSize))) {
                Answer answer = machine.run("soakround", "--seed", seed, "--steps", steps, "--seconds", "600",
                        "--workers", "1", "--pagesize", pageSize);
                assertThat(answer.exitCode()).as(answer.output() + answer.error()).isZero();
                assertThat(answer.output()).contains("seed " + seed + ", " + steps + " steps");
            }
            assertThat(pages.free()).as("huge pages free again").isEqualTo(pages.count());
        }
    }
}
