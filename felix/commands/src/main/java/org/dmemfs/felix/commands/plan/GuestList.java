package org.dmemfs.felix.commands.plan;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.MemorySize;
import org.dmemfs.kernel.NodeMask;
import org.jspecify.annotations.Nullable;

/**
 * The guests that a host owner wants to run, in the order in which they start.
 *
 * @param groups one or more
 */
public record GuestList(List<GuestGroup> groups) {
    static final long MOST_GUESTS = 10_000_000;
    static final long LARGEST_GUEST_BYTES = 1L << 52;

    private static final Pattern ITEM = Pattern.compile("([0-9]+)x([^@]+)(?:@([0-9]{1,4}))?");
    private static final String ACCEPTED = "accepted are counts and sizes such as 40x4G,10x16G, each with @NODE behind it"
            + " where it wishes a node, or a CSV file of name, bytes and node wish";

    /** Copies the list. */
    public GuestList {
        groups = List.copyOf(groups);
    }

    /**
     * What a user wrote.
     *
     * @param text counts and sizes, or the name of a file
     * @param directory that a file's name is relative to
     * @param nodes of the machine
     * @return the guests
     * @throws ErrnoException EINVAL where it is neither or a line of the file is bad, ENOENT or EACCES where the file cannot be
     *         read
     */
    public static GuestList parse(String text, Path directory, NodeMask nodes) {
        Path file = file(text, directory);
        if (file != null) {
            return new GuestFile(file, nodes).read();
        }
        List<GuestGroup> groups = new ArrayList<>();
        long count = 0;
        for (String item : text.split(",", -1)) {
            GuestGroup group = group(item, nodes, groups.size() + 1);
            count += group.count();
            groups.add(group);
        }
        if (count > MOST_GUESTS) {
            throw new ErrnoException(Errno.EINVAL,
                    "--guests %s are %,d guests: accepted are up to %,d".formatted(text, count, MOST_GUESTS));
        }
        return new GuestList(groups);
    }

    private static @Nullable Path file(String text, Path directory) {
        try {
            Path file = directory.resolve(text);
            boolean list = ITEM.matcher(text.split(",", 2)[0]).matches();
            return !text.isBlank() && (Files.exists(file) || !list) ? file : null;
        } catch (InvalidPathException noName) {
            return null;
        }
    }

    private static GuestGroup group(String item, NodeMask nodes, int number) {
        Matcher form = ITEM.matcher(item);
        if (!form.matches()) {
            throw new ErrnoException(Errno.EINVAL,
                    "\"%s\" of --guests is no number of guests of a size: %s".formatted(item, ACCEPTED));
        }
        String count = form.group(1);
        if (!count.matches("0*[1-9][0-9]{0,7}") || Integer.parseInt(count) > MOST_GUESTS) {
            throw new ErrnoException(Errno.EINVAL, "\"%s\" of --guests has %s guests: accepted are 1 to %,d"
                    .formatted(item, count, MOST_GUESTS));
        }
        String size = form.group(2);
        long bytes = bytes(size).orElseThrow(() -> new ErrnoException(Errno.EINVAL,
                "\"%s\" of --guests has guests of %s: %s".formatted(item, size, sizes())));
        String wish = form.group(3);
        int node = wish == null ? GuestGroup.ANY_NODE : Integer.parseInt(wish);
        if (wish != null && !nodes.contains(node)) {
            throw new ErrnoException(Errno.EINVAL,
                    "\"%s\" of --guests wishes node %d: accepted is one of the machine's nodes %s".formatted(item, node,
                            nodes));
        }
        return new GuestGroup("%d:%s".formatted(number, size), Integer.parseInt(count), bytes, node);
    }

    /** A size that a guest may have. */
    static OptionalLong bytes(String text) {
        return MemorySize.tryParse(text).filter(bytes -> bytes > 0 && bytes <= LARGEST_GUEST_BYTES)
                .map(OptionalLong::of).orElse(OptionalLong.empty());
    }

    static String sizes() {
        return "accepted is a number above 0 with at most one suffix of K, M, G, T and P, up to "
                + MemorySize.format(LARGEST_GUEST_BYTES);
    }

    /** How many guests of each size, as asked for. */
    Map<Long, Integer> countBySize() {
        Map<Long, Integer> counts = new TreeMap<>();
        groups.forEach(group -> counts.merge(group.bytes(), group.count(), Integer::sum));
        return counts;
    }

    /** How many guests. */
    public long count() {
        return groups.stream().mapToLong(GuestGroup::count).sum();
    }

    /** What all of them want, as asked for. */
    public long bytes() {
        return groups.stream().mapToLong(group -> group.count() * group.bytes()).sum();
    }
}
