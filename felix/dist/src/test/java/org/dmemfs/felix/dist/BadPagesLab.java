package org.dmemfs.felix.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.dmemfs.felix.Option;
import org.dmemfs.felix.dist.CommandLine.Answer;

/** A machine with a file of 8M at /mnt/lab/guest, which the task vmm maps and the device nic has at iova 0x100000000. */
final class BadPagesLab implements AutoCloseable {
    private final MachineUnderTest machine = new MachineUnderTest(
            Map.of(Option.MACHINE, "2x4G", Option.CMDLINE, "dmem=256M"));

    BadPagesLab() {
        done("mount", "/mnt/lab");
        done("truncate", "/mnt/lab/guest", "8M");
        done("mmap", "vmm", "/mnt/lab/guest");
        done("vfio", "open", "nic", "vmm");
        done("vfio", "map", "nic", "0x100000000", address(), "8M");
    }

    Answer run(String... words) {
        return machine.run(words);
    }

    String done(String... words) {
        Answer answer = run(words);
        assertThat(answer.exitCode()).as(answer.error()).isZero();
        return answer.output();
    }

    String address() {
        Matcher start = Pattern.compile("mapped by task \\d+ \\(vmm\\): (0x[0-9a-f]+) to")
                .matcher(done("stat", "/mnt/lab/guest"));
        assertThat(start.find()).isTrue();
        return start.group(1);
    }

    @Override
    public void close() {
        machine.close();
    }
}
