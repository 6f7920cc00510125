package org.dmemfs.felix.commands;

import java.util.ArrayList;
import java.util.List;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;
import org.dmemfs.felix.UsageException;
import org.dmemfs.fs.Dmemfs;
import org.dmemfs.fs.FileAttributes;
import org.dmemfs.fs.Mount;
import org.dmemfs.fs.OpenFile;
import org.dmemfs.fs.OpenMode;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.MemorySize;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code ls}, {@code mkdir}, {@code truncate} and {@code rm}: names and sizes on the mounts of the machine. */
@Component(service = FileCommand.class, property = {"osgi.command.scope=dmem", "osgi.command.function=ls",
        "osgi.command.function=mkdir", "osgi.command.function=truncate", "osgi.command.function=rm",
        "dmem.surroundings=MACHINE"})
public final class FileCommand {
    private final Dmemfs dmemfs;

    /** Bound by Declarative Services. */
    @Activate
    public FileCommand(@Reference Dmemfs dmemfs) {
        this.dmemfs = dmemfs;
    }

    /** The roots of all mounts. */
    @Descriptor("Prints the mounts' files, with size and dpages.")
    public void ls(CommandSession session,
            @Descriptor("as JSON") @Parameter(names = "--json", presentValue = "true", absentValue = "false") boolean json) {
        new Answer(session, json).give(new Listing(dmemfs.mounts().stream().map(mount -> list(mount, "/")).toList()));
    }

    /** A directory, or a file alone. */
    @Descriptor("Prints the mounts' files, with size and dpages.")
    public void ls(CommandSession session,
            @Descriptor("as JSON") @Parameter(names = "--json", presentValue = "true", absentValue = "false") boolean json,
            @Descriptor("a directory or file of a mount") String path) {
        MountedPath place = MountedPath.of(dmemfs, path);
        new Answer(session, json).give(new Listing(List.of(
                KernelAnswer.of(() -> list(place.mount(), place.path())))));
    }

    /** A directory. */
    @Descriptor("Makes a directory.")
    public void mkdir(CommandSession session, @Descriptor("its name") String path) {
        MountedPath place = MountedPath.of(dmemfs, path);
        KernelAnswer.to(() -> place.mount().mkdir(place.path()));
    }

    /** A size. */
    @Descriptor("Gives a file a size, and makes it where there is none.")
    public void truncate(CommandSession session, @Descriptor("its name") String path,
            @Descriptor("such as 512M, a multiple of the page size") String size) {
        long bytes = KernelAnswer.of(() -> MemorySize.parse("the size", size));
        MountedPath place = MountedPath.of(dmemfs, path);
        KernelAnswer.to(() -> {
            boolean isNew = !exists(place);
            try (OpenFile file = isNew
                    ? place.mount().create(place.path())
                    : place.mount().open(place.path(), OpenMode.READ_WRITE)) {
                file.truncate(bytes);
            } catch (ErrnoException refused) {
                if (isNew && exists(place)) {
                    place.mount().unlink(place.path());
                }
                throw refused;
            }
        });
    }

    private static boolean exists(MountedPath place) {
        try {
            place.mount().stat(place.path());
            return true;
        } catch (ErrnoException missing) {
            if (missing.errno() == Errno.ENOENT) {
                return false;
            }
            throw missing;
        }
    }

    /** The end of a name. */
    @Descriptor("Removes a file or an empty directory; dpages stay while a file is open or mapped.")
    public void rm(CommandSession session, @Descriptor("its name") String path) {
        MountedPath place = MountedPath.of(dmemfs, path);
        if (place.path().equals("/")) {
            throw new UsageException("%s is the root of a mount: umount ends it".formatted(path));
        }
        KernelAnswer.to(() -> {
            if (place.mount().stat(place.path()).directory()) {
                place.mount().rmdir(place.path());
            } else {
                place.mount().unlink(place.path());
            }
        });
    }

    private static Directory list(Mount mount, String path) {
        FileAttributes attributes = mount.stat(path);
        List<Entry> entries = new ArrayList<>();
        if (attributes.directory()) {
            for (String name : mount.readdir(path)) {
                entries.add(Entry.of(name, mount.stat(path.endsWith("/") ? path + name : path + "/" + name)));
            }
        } else {
            entries.add(Entry.of(path.substring(path.lastIndexOf('/') + 1), attributes));
        }
        return new Directory(mount.target() + (path.equals("/") ? "" : path), mount.pageSize().label(), entries);
    }

    private record Entry(String name, long inode, boolean directory, int links, long bytes, long dpages) {
        static Entry of(String name, FileAttributes attributes) {
            return new Entry(name, attributes.inode(), attributes.directory(), attributes.links(), attributes.bytes(),
                    attributes.dpages());
        }
    }

    private record Directory(String path, String pageSize, List<Entry> entries) {
    }

    private record Listing(List<Directory> directories) implements Report {
        @Override
        public List<String> lines() {
            List<String> lines = new ArrayList<>();
            for (Directory each : directories) {
                lines.add("%s, dpages of %s".formatted(each.path(), each.pageSize()));
                each.entries().forEach(entry -> lines.add("  %s %3d %12s %10d dpages  %s".formatted(
                        entry.directory() ? "d" : "-", entry.links(), MemorySize.format(entry.bytes()),
                        entry.dpages(), entry.name())));
            }
            return lines.isEmpty() ? List.of("nothing is mounted") : lines;
        }
    }
}
