package org.dmemfs.linux.native_;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;

/**
 * How many mappings the windows of one service may have together. The host's vm.max_map_count is one limit for windows
 * and JVM: a window that used it up would get its ENOMEM, but so would HotSpot's next mapping, which ends the JVM. The
 * windows therefore leave an eighth to the JVM, and a piece is counted twice, once for the gap it may leave beside it.
 * Two frameworks in one JVM have a service and a budget each, and do not know of each other. Safe for any thread.
 */
final class MappingBudget {
    private static final int JVM_DIVISOR = 8;
    private static final int MAPPINGS_PER_PIECE = 2;
    private static final int DIGITS = 32;

    private final Path limitFile;
    private long used;

    /** Reads the limit from a file, on a host {@code /proc/sys/vm/max_map_count}. */
    MappingBudget(Path limitFile) {
        this.limitFile = limitFile;
    }

    /** Counts one more piece, or answers ENOMEM. The limit is read each time, as an administrator may raise it. */
    synchronized void take() {
        long limit = limit();
        long pieces = (limit - limit / JVM_DIVISOR) / MAPPINGS_PER_PIECE;
        if (used >= pieces) {
            throw new ErrnoException(Errno.ENOMEM,
                    "the windows have %d pieces mapped, and vm.max_map_count is %d, of which they use up to %d pieces; "
                            .formatted(used, limit, pieces) + "raise it, or map larger pieces");
        }
        used++;
    }

    synchronized void give(long pieces) {
        used -= pieces;
    }

    private long limit() {
        // In one read: a sysctl answers only the one at offset 0, and Files.readString asks for a single byte there.
        try (InputStream file = Files.newInputStream(limitFile)) {
            return Long.parseLong(new String(file.readNBytes(DIGITS), StandardCharsets.US_ASCII).strip());
        } catch (IOException | NumberFormatException unreadable) {
            throw new ErrnoException(Errno.EIO, "no number can be read from " + limitFile, unreadable);
        }
    }
}
