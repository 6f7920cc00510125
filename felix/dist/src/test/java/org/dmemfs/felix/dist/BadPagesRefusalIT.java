package org.dmemfs.felix.dist;

import static org.assertj.core.api.Assertions.assertThat;

import org.dmemfs.felix.dist.CommandLine.Answer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the commands of bad pages and devices refuse, which changes nothing: one machine answers to all. */
class BadPagesRefusalIT {
    private static BadPagesLab lab;

    @BeforeAll
    static void setUp() {
        lab = new BadPagesLab();
    }

    @AfterAll
    static void end() {
        lab.close();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', value = {"poison nowhere | nowhere is no place", "poison 0x7fffffffffff | 0x7fffffff",
            "poison /mnt/lab/guest:0x800000 | a hole there", "poison /mnt/lab/none:0 | none",
            "poison /mnt/lab/guest:0 --count 2 | more than one page goes with random",
            "poison random --count 0 | --count 0 is no count",
            "poison random --every 1 | --every 1 is no length of time",
            "vfio close disk | no container disk is open: open are [nic]",
            "vfio open nic vmm | a container nic is open",
            "vfio map nic 0x100000000 0x1000 4K | iova", "vfio open disk nobody | there is no task nobody"})
    void wrongInputIsRefused(String line, String sentence) {
        Answer answer = lab.run(line.split(" "));
        assertThat(answer.exitCode()).isEqualTo(2);
        assertThat(answer.errorLines()).singleElement().asString().contains(sentence);
    }
}
