package org.dmemfs.reserve.memblock;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.MemorySize;
import org.dmemfs.reserve.FrameKind;

/** {@code /sys/devices/system/memory}: blocks of whole sections, readable by every user, blind to small holes. */
final class MemoryBlocks {
    private static final Pattern BLOCK = Pattern.compile("memory([0-9]{1,9})");

    private final Path directory;

    /** Something to do with the addresses of one block. */
    @FunctionalInterface
    interface Visitor {
        void block(long start, long end);
    }

    MemoryBlocks(Path directory) {
        this.directory = directory;
    }

    /** Adds every block as RAM; false, and nothing added, where the host has none. */
    boolean describe(MachineDraft draft) {
        visit(directory, (start, end) -> draft.area(start, end, FrameKind.RAM, "System RAM"));
        return draft.hasRam();
    }

    /** Visits the blocks that a directory names, be it this one or a node's; none where it cannot be read. */
    void visit(Path blocks, Visitor visitor) {
        OptionalLong size = blockBytes();
        if (size.isEmpty()) {
            return;
        }
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(blocks, "memory*")) {
            for (Path block : stream) {
                Matcher matcher = BLOCK.matcher(block.getFileName().toString());
                if (matcher.matches()) {
                    long index = Long.parseLong(matcher.group(1));
                    if (index < Section.ADDRESS_LIMIT / size.getAsLong()) {
                        visitor.block(index * size.getAsLong(), (index + 1) * size.getAsLong());
                    }
                }
            }
        } catch (IOException unreadable) {
            return;
        }
    }

    private OptionalLong blockBytes() {
        try {
            return MemorySize.tryParse("0x" + TextFile.line(directory.resolve("block_size_bytes")))
                    .filter(bytes -> bytes >= Section.BYTES && Long.bitCount(bytes) == 1
                            && bytes <= Section.ADDRESS_LIMIT)
                    .map(OptionalLong::of).orElse(OptionalLong.empty());
        } catch (ErrnoException unreadable) {
            return OptionalLong.empty();
        }
    }
}
