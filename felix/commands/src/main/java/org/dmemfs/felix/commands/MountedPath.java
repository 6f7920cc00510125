package org.dmemfs.felix.commands;

import java.util.Comparator;
import java.util.stream.Collectors;
import org.dmemfs.felix.UsageException;
import org.dmemfs.fs.Dmemfs;
import org.dmemfs.fs.Mount;

/**
 * A name of a user, taken apart.
 *
 * @param mount the mount that it lies in
 * @param path its name there; / for the root
 */
record MountedPath(Mount mount, String path) {
    static MountedPath of(Dmemfs dmemfs, String name) {
        return dmemfs.mounts().stream().filter(mount -> isWithin(mount.target(), name))
                .max(Comparator.comparingInt(mount -> mount.target().length()))
                .map(mount -> new MountedPath(mount,
                        name.length() == mount.target().length() ? "/" : name.substring(mount.target().length())))
                .orElseThrow(() -> new UsageException("%s lies in no mount: %s".formatted(name, mounted(dmemfs))));
    }

    static Mount mount(Dmemfs dmemfs, String target) {
        return dmemfs.mounts().stream().filter(mount -> mount.target().equals(target)).findFirst()
                .orElseThrow(() -> new UsageException("%s is not mounted: %s".formatted(target, mounted(dmemfs))));
    }

    private static boolean isWithin(String target, String name) {
        return name.equals(target) || name.startsWith(target.endsWith("/") ? target : target + "/");
    }

    private static String mounted(Dmemfs dmemfs) {
        return dmemfs.mounts().isEmpty()
                ? "nothing is mounted, mount TARGET does it"
                : "mounted are " + dmemfs.mounts().stream().map(Mount::target).collect(Collectors.joining(", "));
    }
}
