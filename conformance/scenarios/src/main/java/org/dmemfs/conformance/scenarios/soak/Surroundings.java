package org.dmemfs.conformance.scenarios.soak;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.dmemfs.fs.Mount;
import org.dmemfs.mm.Task;

/**
 * All that one worker of a soak has going on its machine at a moment. Files, tasks, guests and devices are a worker's own;
 * mounts are common and change only while nobody else is at work.
 */
final class Surroundings {
    private final SoakMachine machine;
    private final Book book;
    private final Random random;
    private final Tally tally;
    private final DpageBytes bytes;
    private final String prefix;
    private final List<Surroundings> everybody;
    final List<Mount> mounts;
    final List<SoakFile> files = new ArrayList<>();
    final List<Task> tasks = new ArrayList<>();
    final List<Mapping> mappings = new ArrayList<>();
    final List<Guest> guests = new ArrayList<>();
    final List<DeviceMap> deviceMaps = new ArrayList<>();
    private int names;
    private boolean together;

    /** One of several workers, which has the book, the mounts and the tally in common with the others. */
    Surroundings(SoakMachine machine, Book book, Random random, Tally tally, DpageBytes bytes, List<Mount> mounts,
            List<Surroundings> everybody) {
        this.machine = machine;
        this.book = book;
        this.random = random;
        this.tally = tally;
        this.bytes = bytes;
        this.mounts = mounts;
        this.prefix = everybody.size() + "-";
        this.everybody = everybody;
        everybody.add(this);
    }

    /** All workers, itself among them. */
    List<Surroundings> everybody() {
        return List.copyOf(everybody);
    }

    /** From now on others are at work at the same time, or no more. */
    void together(boolean atOnce) {
        together = atOnce;
    }

    /** Whether others are at work: what is free may be another number a moment later. */
    boolean together() {
        return together;
    }

    /** Whether a dpage may be lacking. Alone, only where none is free. */
    boolean mayBeExhausted() {
        return together || book.free() == 0;
    }

    /** A mount goes: what is mapped of it ends, then its files. */
    void filesGo(Mount mount) {
        for (Mapping mapping : List.copyOf(mappings)) {
            if (mapping.file().mount().equals(mount)) {
                endGuests(mapping);
                mappings.remove(mapping);
            }
        }
        for (SoakFile file : List.copyOf(files)) {
            if (file.mount().equals(mount)) {
                file.goes();
                files.remove(file);
            }
        }
    }

    DpageBytes bytes() {
        return bytes;
    }

    SoakMachine machine() {
        return machine;
    }

    Book book() {
        return book;
    }

    Random random() {
        return random;
    }

    Tally tally() {
        return tally;
    }

    String nextName() {
        return prefix + ++names;
    }

    <T> T any(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    /** The guests of a mapping go before it. */
    void endGuests(Mapping mapping) {
        for (Guest guest : List.copyOf(guests)) {
            if (guest.mapping().equals(mapping)) {
                guest.machine().close();
                guests.remove(guest);
            }
        }
    }

    boolean isMapped(SoakFile file) {
        return mappings.stream().anyMatch(mapping -> mapping.file().equals(file));
    }

    /** A range of a mapping was used: what it brought in is new, and held to the rules at once. */
    void learn(Mapping mapping, long firstPage, long pages) {
        mapping.file().look(mapping.fileOffset(firstPage), mapping.fileOffset(firstPage + pages));
    }

    void check(Mapping mapping, long firstPage, long pages) {
        Dpage last = null;
        for (long page = firstPage; page < firstPage + pages; page++) {
            for (Dpage dpage : mapping.file().at(mapping.fileOffset(page))) {
                if (!dpage.equals(last)) {
                    bytes.check(dpage);
                }
                last = dpage;
            }
        }
    }
}
