package org.dmemfs.fs.fs;

import java.nio.charset.StandardCharsets;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;

/** A path from the root of a mount, taken apart: components from the root down, none for the root. */
final class PathName {
    private static final int NAME_BYTES = 255;
    private static final int PATH_BYTES = 4095;
    /** Of one char in UTF-8; a shorter text need not be encoded to know that it fits. */
    private static final int MOST_BYTES = 3;

    private final String text;
    private final String[] components;

    private PathName(String text, String[] components) {
        this.text = text;
        this.components = components;
    }

    static PathName parse(String text) {
        if (text.isEmpty()) {
            throw new ErrnoException(Errno.ENOENT, "the empty path names nothing");
        }
        if (isLonger(text, PATH_BYTES)) {
            throw new ErrnoException(Errno.ENAMETOOLONG, "the path " + text.substring(0, 32) + "... has " + bytes(text)
                    + " bytes: accepted are up to " + PATH_BYTES);
        }
        int from = text.charAt(0) == '/' ? 1 : 0;
        String[] components = new String[from == text.length() ? 0 : 1 + slashes(text, from)];
        for (int place = 0; place < components.length; place++) {
            int slash = text.indexOf('/', from);
            components[place] = text.substring(from, slash < 0 ? text.length() : slash);
            check(text, components[place]);
            from = slash + 1;
        }
        return new PathName(text, components);
    }

    private static int slashes(String text, int from) {
        int count = 0;
        for (int slash = text.indexOf('/', from); slash >= 0; slash = text.indexOf('/', slash + 1)) {
            count++;
        }
        return count;
    }

    /** As it was given. */
    String text() {
        return text;
    }

    boolean isRoot() {
        return components.length == 0;
    }

    /** How many directories lie between the root of the mount and what is named. */
    int parents() {
        return components.length - 1;
    }

    String component(int place) {
        return components[place];
    }

    String last() {
        return components[components.length - 1];
    }

    /** The whole path below a mount's target. */
    String under(String target) {
        return target + "/" + String.join("/", components);
    }

    private static void check(String text, String component) {
        if (component.isEmpty() || component.equals(".") || component.equals("..") || component.indexOf('\0') >= 0) {
            throw new ErrnoException(Errno.EINVAL, "the path \"" + text + "\" has the component \"" + component
                    + "\": accepted are names that are neither empty nor . nor ..");
        }
        if (isLonger(component, NAME_BYTES)) {
            throw new ErrnoException(Errno.ENAMETOOLONG, "the name " + component.substring(0, 32) + "... has "
                    + bytes(component) + " bytes: accepted are up to " + NAME_BYTES);
        }
    }

    private static boolean isLonger(String text, int accepted) {
        return text.length() > accepted / MOST_BYTES && bytes(text) > accepted;
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
