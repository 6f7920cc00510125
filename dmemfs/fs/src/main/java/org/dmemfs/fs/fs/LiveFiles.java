package org.dmemfs.fs.fs;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The files of a mount that have a name or are in use, in the order in which they came. Their {@link Namespace} guards it. */
final class LiveFiles {
    private @Nullable RegularFile first;
    private @Nullable RegularFile last;

    /** A file's place between its neighbours. */
    static final class Place {
        private @Nullable RegularFile before;
        private @Nullable RegularFile after;
        private boolean listed;
    }

    void add(RegularFile file) {
        RegularFile end = last;
        file.place.before = end;
        file.place.listed = true;
        if (end == null) {
            first = file;
        } else {
            end.place.after = file;
        }
        last = file;
    }

    boolean contains(RegularFile file) {
        return file.place.listed;
    }

    /** Says whether it was one. */
    boolean remove(RegularFile file) {
        Place place = file.place;
        if (!place.listed) {
            return false;
        }
        RegularFile before = place.before;
        RegularFile after = place.after;
        if (before == null) {
            first = after;
        } else {
            before.place.after = after;
        }
        if (after == null) {
            last = before;
        } else {
            after.place.before = before;
        }
        place.before = null;
        place.after = null;
        place.listed = false;
        return true;
    }

    List<RegularFile> list() {
        List<RegularFile> files = new ArrayList<>();
        for (RegularFile file = first; file != null; file = file.place.after) {
            files.add(file);
        }
        return files;
    }

    /** None is one any more; answers those that were. */
    List<RegularFile> removeAll() {
        List<RegularFile> files = list();
        files.forEach(this::remove);
        return files;
    }
}
