package org.dmemfs.reserve.memblock;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;

/** Finds the reader for what a user called a machine. */
final class MachineReader {
    private final Path root;

    /** Takes the directory under which the host's proc and sys are. */
    MachineReader(Path root) {
        this.root = root;
    }

    /**
     * Reads a machine.
     *
     * @throws ErrnoException EINVAL where it cannot be used, ENOENT, EACCES or EISDIR where it is a file that cannot be
     *         read
     */
    Machine read(String machine) {
        if (machine.equals("host")) {
            return new HostMachine(root).read();
        }
        Optional<Machine> uniform = UniformMachine.read(machine);
        return uniform.isPresent() ? uniform.get() : file(machine);
    }

    private static Machine file(String machine) {
        String name = "\"" + Excerpt.of(machine) + "\"";
        List<String> lines;
        try {
            if (machine.isEmpty()) {
                throw new ErrnoException(Errno.EINVAL, "the machine has no name: " + accepted());
            }
            lines = TextFile.lines(Path.of(machine));
        } catch (InvalidPathException noPath) {
            throw new ErrnoException(Errno.EINVAL, "the machine " + name + " is no path: " + accepted(), noPath);
        } catch (ErrnoException unreadable) {
            if (unreadable.errno() == Errno.ENOENT) {
                throw new ErrnoException(Errno.ENOENT,
                        "the machine " + name + " is neither host, nor nodes and size, nor"
                                + " a file that exists: " + accepted(),
                        unreadable);
            }
            throw unreadable;
        }
        if (DmesgLog.isOne(lines)) {
            return DmesgLog.read("the file " + name, lines);
        }
        ResourceTree tree = new ResourceTree(lines);
        if (tree.isEmpty() || tree.isHidden()) {
            throw new ErrnoException(Errno.EINVAL, "the file " + name + (tree.isEmpty()
                    ? " has no line of a memory map: accepted is the output of /proc/iomem or of dmesg"
                    : " has no addresses: accepted is the output of /proc/iomem as root sees it"));
        }
        MachineDraft draft = new MachineDraft();
        tree.describe(draft);
        draft.notice("/proc/iomem names no nodes: all RAM is taken as node 0");
        return draft.build("the file " + name + " in the format of /proc/iomem");
    }

    private static String accepted() {
        return "accepted is host, such as 2x512G, or the path of a saved /proc/iomem or dmesg";
    }
}
