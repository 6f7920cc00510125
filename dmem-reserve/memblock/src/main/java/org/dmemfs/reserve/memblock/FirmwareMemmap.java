package org.dmemfs.reserve.memblock;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.MemorySize;
import org.dmemfs.reserve.FrameKind;

/** {@code /sys/firmware/memmap}: the map as firmware handed it over, without what the kernel then put into it. */
final class FirmwareMemmap {
    private final Path directory;

    private record Entry(long start, long end, String type) {
    }

    FirmwareMemmap(Path directory) {
        this.directory = directory;
    }

    /** Adds the map to a draft; false, and nothing added, where the host does not show it. */
    boolean describe(MachineDraft draft) {
        List<Entry> entries = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
            for (Path entry : stream) {
                MemorySize.tryParse(TextFile.line(entry.resolve("start"))).ifPresent(start -> MemorySize
                        .tryParse(TextFile.line(entry.resolve("end"))).filter(end -> end >= start
                                && end < Section.ADDRESS_LIMIT)
                        .ifPresent(end -> entries
                                .add(new Entry(start, end + 1, Excerpt.of(TextFile.line(entry.resolve("type")))))));
            }
        } catch (IOException | ErrnoException unreadable) {
            return false;
        }
        if (entries.stream().noneMatch(entry -> ResourceName.kindOf(entry.type()) == FrameKind.RAM)) {
            return false;
        }
        // Where firmware contradicts itself the kernel believes that RAM is not to be had.
        entries.sort((left, right) -> Boolean.compare(isRam(right), isRam(left)));
        entries.forEach(entry -> draft.area(entry.start(), entry.end(), ResourceName.kindOf(entry.type()),
                entry.type()));
        return true;
    }

    private static boolean isRam(Entry entry) {
        return ResourceName.kindOf(entry.type()) == FrameKind.RAM;
    }
}
