package org.dmemfs.felix.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.dmemfs.felix.Option;
import org.dmemfs.felix.dist.CommandLine.Answer;
import org.junit.jupiter.api.Test;

/**
 * Huge pages of the host under dpages of 4K, of which the first has retired before the tour comes: its file lies together,
 * but not as huge pages do. The host's kind of guest refuses that memory, and the tour goes on with the other.
 */
class RefusedSlotIT {
    private static final long HUGE_PAGE = 2L << 20;
    private static final int PAGES = 512;

    @Test
    void theTourSaysWhyItsGuestIsInterpretedAndGoesTheWholeWay() throws IOException {
        assumeTrue(Files.isWritable(Path.of("/dev/kvm")), "this host has no /dev/kvm that this user may open");
        try (HugePages pages = HugePages.take(HUGE_PAGE, PAGES)) {
            assumeTrue(pages.granted(), pages::sentence);
            try (MachineUnderTest machine = new MachineUnderTest(Map.of(Option.MEMORY, "hugetlb", Option.PAGESIZE, "4K",
                    Option.CMDLINE, "dmem=1G"))) {
                done(machine, "mount", "/mnt/lab");
                done(machine, "truncate", "/mnt/lab/one", "4K");
                done(machine, "mmap", "vmm", "/mnt/lab/one");
                done(machine, "poison", "/mnt/lab/one:0");
                done(machine, "kill", "vmm");
                done(machine, "rm", "/mnt/lab/one");

                String tour = done(machine, "tour", "--pagesize", "4K");

                assertThat(tour.lines().filter(line -> line.contains("host-kvm refuses this memory: ")))
                        .singleElement().asString().contains("real", "are not whole pages of 2M",
                                "a real guest needs dpages of at least that size");
                assertThat(tour).contains("tdp guest (interpreted, as a kind before it refused) filled 512M",
                        "checked through the file's mapping: all 512M are the guest's stores",
                        "umount /mnt/tour: everything is free but 2 retired");
            }
            assertThat(pages.free()).as("huge pages free again").isEqualTo(pages.count());
        }
    }

    private static String done(MachineUnderTest machine, String... words) {
        Answer answer = machine.run(words);
        assertThat(answer.exitCode()).as(answer.error()).isZero();
        return answer.output();
    }
}
