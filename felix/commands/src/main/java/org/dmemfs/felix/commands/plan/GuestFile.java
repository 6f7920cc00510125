package org.dmemfs.felix.commands.plan;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.NodeMask;

/** A CSV file of guests: name, bytes and, where there is a wish, node. */
final class GuestFile {
    private static final int TOLD = 10;
    private static final int LONGEST_TOLD = 60;
    private static final String ACCEPTED = "accepted is name,bytes or name,bytes,node such as web-1,4G,0";

    private final Path file;
    private final NodeMask nodes;
    private final List<GuestGroup> guests = new ArrayList<>();
    private final Map<String, Integer> lineOfName = new HashMap<>();
    private final List<String> told = new ArrayList<>();
    private int bad;

    GuestFile(Path file, NodeMask nodes) {
        this.file = file;
        this.nodes = nodes;
    }

    GuestList read() {
        try (BufferedReader reader = Files.newBufferedReader(file)) {
            int number = 0;
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                number++;
                if (!line.isBlank() && !isHeader(number, line)) {
                    read(number, line);
                }
                if (guests.size() > GuestList.MOST_GUESTS) {
                    throw new ErrnoException(Errno.EINVAL, "%s has more guests than %,d, which are accepted"
                            .formatted(file, GuestList.MOST_GUESTS));
                }
            }
        } catch (NoSuchFileException missing) {
            throw new ErrnoException(Errno.ENOENT,
                    "--guests %s: there is no such file, and it is no list such as 40x4G,10x16G".formatted(file),
                    missing);
        } catch (AccessDeniedException refused) {
            throw new ErrnoException(Errno.EACCES, "--guests %s may not be read".formatted(file), refused);
        } catch (IOException | UncheckedIOException unreadable) {
            throw new ErrnoException(Errno.EINVAL,
                    "--guests %s is no text in UTF-8 that can be read (%s)".formatted(file,
                            unreadable.getMessage()),
                    unreadable);
        }
        if (bad > 0) {
            throw new ErrnoException(Errno.EINVAL, "%s: %s%s".formatted(file, String.join("; ", told),
                    bad > told.size() ? "; and %,d more bad lines".formatted(bad - told.size()) : ""));
        }
        if (guests.isEmpty()) {
            throw new ErrnoException(Errno.EINVAL, "%s has no guest in it: %s".formatted(file, ACCEPTED));
        }
        return new GuestList(guests);
    }

    private static boolean isHeader(int number, String line) {
        return number == 1 && line.split(",", 2)[0].strip().equalsIgnoreCase("name");
    }

    private void read(int number, String line) {
        String[] fields = line.split(",", -1);
        String name = fields[0].strip();
        if (fields.length < 2 || fields.length > 3 || line.indexOf('"') >= 0) {
            refuse(number, line, ACCEPTED);
            return;
        }
        if (name.isEmpty()) {
            refuse(number, line, "the name is empty; " + ACCEPTED);
            return;
        }
        OptionalLong bytes = GuestList.bytes(fields[1].strip());
        if (bytes.isEmpty()) {
            refuse(number, fields[1].strip(), GuestList.sizes());
            return;
        }
        String wish = fields.length == 3 ? fields[2].strip() : "";
        int node = wish.isEmpty() ? GuestGroup.ANY_NODE : wish.matches("[0-9]{1,4}") ? Integer.parseInt(wish) : -2;
        if (node != GuestGroup.ANY_NODE && !nodes.contains(node)) {
            refuse(number, wish, "accepted is nothing or one of the machine's nodes " + nodes);
            return;
        }
        Integer before = lineOfName.putIfAbsent(name, number);
        if (before != null) {
            refuse(number, name, "line %d has a guest of that name; accepted is each name once".formatted(before));
            return;
        }
        guests.add(new GuestGroup(name, 1, bytes.getAsLong(), node));
    }

    private void refuse(int number, String value, String accepted) {
        bad++;
        if (told.size() < TOLD) {
            told.add("line %d: \"%s\": %s".formatted(number,
                    value.length() > LONGEST_TOLD ? value.substring(0, LONGEST_TOLD) + "..." : value, accepted));
        }
    }
}
