package org.dmemfs.conformance.scenarios.soak;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.dmemfs.fs.Mount;
import org.dmemfs.mm.Task;

/** All that a soak has going on its machine at a moment. */
final class Surroundings {
    private final SoakMachine machine;
    private final Book book;
    private final Random random;
    private final Tally tally;
    final List<Mount> mounts = new ArrayList<>();
    final List<SoakFile> files = new ArrayList<>();
    final List<Task> tasks = new ArrayList<>();
    final List<Mapping> mappings = new ArrayList<>();
    final List<Guest> guests = new ArrayList<>();
    final List<DeviceMap> deviceMaps = new ArrayList<>();
    private int names;

    Surroundings(SoakMachine machine, Book book, Random random, Tally tally) {
        this.machine = machine;
        this.book = book;
        this.random = random;
        this.tally = tally;
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

    int nextName() {
        return ++names;
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
                    book.checkBytes(dpage);
                }
                last = dpage;
            }
        }
    }
}
