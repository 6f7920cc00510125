package org.dmemfs.linux.native_;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.MemorySize;

/**
 * How much memory this process may still take without waking an OOM killer: MemAvailable of the host, and what every
 * control group (version 2) above the process leaves, less a margin for the rest of the host.
 */
final class MemoryHeadroom {
    private static final long LEAST_MARGIN_BYTES = 64L << 20;
    private static final int MARGIN_DIVISOR = 64;

    private final Path root;

    /** Reads below a directory, on a host {@code /}. */
    MemoryHeadroom(Path root) {
        this.root = root;
    }

    void require(long wantedBytes, String what) {
        List<String> meminfo = lines("proc/meminfo");
        long margin = Math.max(LEAST_MARGIN_BYTES, kibibytes(meminfo, "MemTotal:") * 1024 / MARGIN_DIVISOR);
        long available = Math.min(kibibytes(meminfo, "MemAvailable:") * 1024, leftByControlGroups());
        if (wantedBytes > available - margin) {
            throw new ErrnoException(Errno.ENOMEM,
                    "%s wants %s, but the host has %s available, of which %s stay free; accepted is up to %s".formatted(
                            what, MemorySize.format(wantedBytes), MemorySize.format(available),
                            MemorySize.format(margin), MemorySize.format(Math.max(0, available - margin))));
        }
    }

    private long leftByControlGroups() {
        long left = Long.MAX_VALUE;
        Path top = root.resolve("sys/fs/cgroup");
        for (String line : lines("proc/self/cgroup")) {
            if (line.startsWith("0::/")) {
                Path group = top.resolve(line.substring("0::/".length())).normalize();
                for (; group != null && group.startsWith(top); group = group.getParent()) {
                    left = Math.min(left, leftBy(group));
                }
            }
        }
        return left;
    }

    private static long leftBy(Path group) {
        try {
            String limit = Files.readString(group.resolve("memory.max")).strip();
            if (limit.equals("max")) {
                return Long.MAX_VALUE;
            }
            // File pages that nobody used of late are reclaimed before anyone is killed.
            long reclaimable = Files.readAllLines(group.resolve("memory.stat")).stream()
                    .filter(line -> line.startsWith("inactive_file "))
                    .mapToLong(line -> Long.parseLong(line.substring("inactive_file ".length()))).sum();
            long used = Long.parseLong(Files.readString(group.resolve("memory.current")).strip());
            return Math.max(0, Long.parseLong(limit) - used + reclaimable);
        } catch (IOException | NumberFormatException noSuchController) {
            return Long.MAX_VALUE;
        }
    }

    private long kibibytes(List<String> meminfo, String name) {
        return meminfo.stream().filter(line -> line.startsWith(name))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", ""))).findFirst()
                .orElseThrow(() -> new ErrnoException(Errno.EIO, root.resolve("proc/meminfo") + " has no " + name));
    }

    private List<String> lines(String file) {
        try {
            return Files.readAllLines(root.resolve(file));
        } catch (IOException unreadable) {
            return List.of();
        }
    }
}
