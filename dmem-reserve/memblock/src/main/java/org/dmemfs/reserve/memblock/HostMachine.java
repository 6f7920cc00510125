package org.dmemfs.reserve.memblock;

import java.nio.file.Path;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;

/**
 * This host, as exactly as it shows itself to this user: the resource tree, else firmware's map, else the memory blocks.
 * Only the resource tree knows where the kernel's own image lies.
 */
final class HostMachine {
    private final Path root;

    /** Takes the directory under which proc and sys are. */
    HostMachine(Path root) {
        this.root = root;
    }

    /**
     * Reads it.
     *
     * @throws ErrnoException ENOENT where the host shows its memory in none of these ways
     */
    Machine read() {
        MachineDraft draft = new MachineDraft();
        Path system = root.resolve("sys/devices/system");
        MemoryBlocks blocks = new MemoryBlocks(system.resolve("memory"));
        String map = readMap(draft, blocks);
        return draft.build(map + ", nodes from /sys/devices/system/node",
                new NodeDirectory(system.resolve("node"), blocks).describe(draft));
    }

    private String readMap(MachineDraft draft, MemoryBlocks blocks) {
        String obstacle;
        try {
            ResourceTree tree = new ResourceTree(TextFile.lines(root.resolve("proc/iomem")));
            if (!tree.isHidden() && !tree.isEmpty()) {
                tree.describe(draft);
                return "/proc/iomem";
            }
            obstacle = "/proc/iomem hides its addresses from this user";
        } catch (ErrnoException unreadable) {
            obstacle = "/proc/iomem cannot be read (" + unreadable.errno() + ")";
        }
        if (new FirmwareMemmap(root.resolve("sys/firmware/memmap")).describe(draft)) {
            draft.notice(obstacle + ": the map is firmware's, and where the kernel's image lies is not known");
            return "/sys/firmware/memmap";
        }
        if (blocks.describe(draft)) {
            draft.notice(obstacle + ", nor is firmware's map shown: the map has whole memory blocks only, and where the"
                    + " kernel's image lies is not known");
            return "/sys/devices/system/memory";
        }
        throw new ErrnoException(Errno.ENOENT, obstacle + ", and neither /sys/firmware/memmap nor"
                + " /sys/devices/system/memory shows the memory map: give a machine such as 2x512G or a file");
    }
}
