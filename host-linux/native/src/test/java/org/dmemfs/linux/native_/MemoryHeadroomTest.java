package org.dmemfs.linux.native_;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.dmemfs.linux.native_.SharedMemoryTest.assertRefused;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.dmemfs.kernel.Errno;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What may be taken of a host of 64G (margin 1G), by what its files say. Sizes in MiB. */
class MemoryHeadroomTest {
    @ParameterizedTest
    @CsvSource(textBlock = """
            # available, limit of the parent group, limit of the group, used, inactive file, wanted, granted
            10240,       max,  max,  0,    0,    9216, true
            10240,       max,  max,  0,    0,    9217, false
            10240,       max,  4096, 1024, 0,    2048, true
            10240,       max,  4096, 1024, 0,    2049, false
            10240,       max,  4096, 1024, 512,  2560, true
            10240,       3072, 4096, 1024, 0,    1024, true
            10240,       3072, 4096, 1024, 0,    1025, false
            512,         max,  max,  0,    0,    1,    false
            """)
    void isTheLeastOfHostAndControlGroups(long available, String parentLimit, String limit, long used, long inactive,
            long wanted, boolean granted, @TempDir Path root) throws IOException {
        Path parent = root.resolve("sys/fs/cgroup/box");
        Path group = Files.createDirectories(parent.resolve("task"));
        Files.createDirectories(root.resolve("proc/self"));
        Files.writeString(root.resolve("proc/meminfo"),
                "MemTotal: %d kB\nMemFree: 1 kB\nMemAvailable: %d kB\n".formatted(64L << 20, available << 10));
        Files.writeString(root.resolve("proc/self/cgroup"), "0::/box/task\n");
        group(parent, parentLimit, used, inactive);
        group(group, limit, used, inactive);
        MemoryHeadroom headroom = new MemoryHeadroom(root);
        if (granted) {
            assertThatCode(() -> headroom.require(wanted << 20, "it")).doesNotThrowAnyException();
        } else {
            assertRefused(() -> headroom.require(wanted << 20, "it"), Errno.ENOMEM);
        }
    }

    private static void group(Path directory, String limit, long used, long inactive) throws IOException {
        String bytes = limit.equals("max") ? limit : Long.toString(Long.parseLong(limit) << 20);
        Files.writeString(directory.resolve("memory.max"), bytes + "\n");
        Files.writeString(directory.resolve("memory.current"), (used << 20) + "\n");
        Files.writeString(directory.resolve("memory.stat"), "anon 5\ninactive_file " + (inactive << 20) + "\n");
    }
}
