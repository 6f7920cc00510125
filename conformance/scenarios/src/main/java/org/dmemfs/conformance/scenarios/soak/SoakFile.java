package org.dmemfs.conformance.scenarios.soak;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.dmemfs.fs.Mount;
import org.dmemfs.fs.OpenFile;

/**
 * A file, open for as long as the soak knows it, and the dpages that the model has seen behind its pages. What it gives back
 * the model forgets before: another worker may have it a moment later.
 */
final class SoakFile {
    private final Mount mount;
    private final String path;
    private final OpenFile file;
    private final Book book;
    private final long dpageBytes;
    private final Map<Long, Dpage> dpages = new TreeMap<>();
    private boolean named = true;
    private long bytes;

    SoakFile(Mount mount, String path, Book book) {
        this.mount = mount;
        this.path = path;
        this.file = mount.create(path);
        this.book = book;
        this.dpageBytes = mount.pageSize().bytes();
    }

    Mount mount() {
        return mount;
    }

    OpenFile file() {
        return file;
    }

    long bytes() {
        return bytes;
    }

    boolean named() {
        return named;
    }

    void unlink() {
        mount.unlink(path);
        named = false;
    }

    void truncate(long size) {
        bytes = size;
        drop(size, Long.MAX_VALUE);
        file.truncate(size);
    }

    void punch(long offset, long length) {
        drop(offset, offset + length);
        file.punchHole(offset, length);
    }

    /** The file goes with all it has. */
    void goes() {
        drop(0, Long.MAX_VALUE);
    }

    private void drop(long from, long to) {
        for (long page : List.copyOf(dpages.keySet())) {
            if (page * dpageBytes >= from && page * dpageBytes < to) {
                Dpage dpage = dpages.remove(page);
                if (dpage != null) {
                    book.leaveFile(dpage);
                }
            }
        }
    }

    /** Learns which dpages are there now; they are the ones known, or new ones. */
    List<Dpage> look(long from, long to) {
        List<Dpage> appeared = new ArrayList<>();
        long end = Math.min(to, bytes);
        for (long page = from / dpageBytes; page * dpageBytes < end; page++) {
            OptionalLong frame = file.frameAt(page * dpageBytes);
            Dpage known = dpages.get(page);
            if (known == null && frame.isPresent()) {
                Dpage dpage = book.appear(frame.getAsLong());
                dpages.put(page, dpage);
                appeared.add(dpage);
            } else {
                BrokenRule.unless(known == null || frame.isPresent() && frame.getAsLong() == known.firstPfn(),
                        "%s lost the dpage at offset 0x%x: pfn %s", path, page * dpageBytes, frame);
            }
        }
        return appeared;
    }

    /** The dpage behind a byte, or none. */
    List<Dpage> at(long offset) {
        Dpage dpage = offset < bytes ? dpages.get(offset / dpageBytes) : null;
        return dpage == null ? List.of() : List.of(dpage);
    }

    int pageIn(long offset) {
        return (int) (offset % dpageBytes >> 12);
    }

    boolean isBad(long offset) {
        return at(offset).stream().anyMatch(dpage -> dpage.isBad(pageIn(offset)));
    }

    @Override
    public String toString() {
        return mount.target() + path;
    }
}
