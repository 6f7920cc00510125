package org.dmemfs.fs.fs;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;

/**
 * A path from the root of a mount, taken apart.
 *
 * @param text as it was given
 * @param components from the root down; none for the root
 */
record PathName(String text, List<String> components) {
    private static final int NAME_BYTES = 255;
    private static final int PATH_BYTES = 4095;

    static PathName parse(String text) {
        if (text.isEmpty()) {
            throw new ErrnoException(Errno.ENOENT, "the empty path names nothing");
        }
        if (bytes(text) > PATH_BYTES) {
            throw new ErrnoException(Errno.ENAMETOOLONG, "the path " + text.substring(0, 32) + "... has " + bytes(text)
                    + " bytes: accepted are up to " + PATH_BYTES);
        }
        String below = text.startsWith("/") ? text.substring(1) : text;
        List<String> components = below.isEmpty() ? List.of() : List.of(below.split("/", -1));
        components.forEach(component -> check(text, component));
        return new PathName(text, components);
    }

    boolean isRoot() {
        return components.isEmpty();
    }

    List<String> parents() {
        return components.subList(0, components.size() - 1);
    }

    String last() {
        return components.getLast();
    }

    private static void check(String text, String component) {
        if (component.isEmpty() || component.equals(".") || component.equals("..") || component.indexOf('\0') >= 0) {
            throw new ErrnoException(Errno.EINVAL, "the path \"" + text + "\" has the component \"" + component
                    + "\": accepted are names that are neither empty nor . nor ..");
        }
        if (bytes(component) > NAME_BYTES) {
            throw new ErrnoException(Errno.ENAMETOOLONG, "the name " + component.substring(0, 32) + "... has "
                    + bytes(component) + " bytes: accepted are up to " + NAME_BYTES);
        }
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
