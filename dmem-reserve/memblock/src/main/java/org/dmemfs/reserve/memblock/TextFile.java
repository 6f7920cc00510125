package org.dmemfs.reserve.memblock;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;

/** Reads files that others wrote: every failure is an errno with a sentence, and no file exhausts the heap. */
final class TextFile {
    private static final int LIMIT_BYTES = 16 << 20;

    private TextFile() {
    }

    /**
     * The lines of a file, each byte a character, so that no byte is unreadable.
     *
     * @throws ErrnoException ENOENT, EACCES, EISDIR or EIO as the host answers, EFBIG beyond 16 MiB
     */
    static List<String> lines(Path file) {
        if (Files.isDirectory(file)) {
            throw new ErrnoException(Errno.EISDIR, quoted(file) + " is a directory: accepted is a file");
        }
        try (InputStream input = Files.newInputStream(file)) {
            byte[] bytes = input.readNBytes(LIMIT_BYTES + 1);
            if (bytes.length > LIMIT_BYTES) {
                throw new ErrnoException(Errno.EFBIG,
                        quoted(file) + " is larger than the 16M that a memory map may have");
            }
            return new String(bytes, StandardCharsets.ISO_8859_1).lines().toList();
        } catch (NoSuchFileException missing) {
            throw new ErrnoException(Errno.ENOENT, quoted(file) + " does not exist", missing);
        } catch (AccessDeniedException denied) {
            throw new ErrnoException(Errno.EACCES, quoted(file) + " may not be read by this user", denied);
        } catch (IOException failure) {
            throw new ErrnoException(Errno.EIO,
                    quoted(file) + " cannot be read: " + Excerpt.of(String.valueOf(failure.getMessage())), failure);
        }
    }

    /**
     * The only line of a small file, such as those of sysfs.
     *
     * @throws ErrnoException as {@link #lines}
     */
    static String line(Path file) {
        List<String> lines = lines(file);
        return lines.isEmpty() ? "" : lines.getFirst().strip();
    }

    private static String quoted(Path file) {
        return "the file \"" + Excerpt.of(file.toString()) + "\"";
    }
}
