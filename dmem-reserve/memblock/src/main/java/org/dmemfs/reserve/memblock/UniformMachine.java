package org.dmemfs.reserve.memblock;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.MemorySize;
import org.dmemfs.reserve.FrameKind;

/**
 * A machine made up from {@code NxSIZE}: N nodes of the same size, one behind the other from address 0. Of node 0 the
 * kernel holds the first megabyte and its own image, so that {@code dmem=} meets what it meets on real machines.
 */
final class UniformMachine {
    private static final Pattern FORM = Pattern.compile("([0-9]+)x(.*)", Pattern.DOTALL);
    private static final int NODE_LIMIT = 1024;
    private static final long MEGABYTE = 1L << 20;
    private static final long IMAGE_START = 16 * MEGABYTE;
    private static final long IMAGE_END = 64 * MEGABYTE;

    private UniformMachine() {
    }

    /**
     * Reads {@code NxSIZE}.
     *
     * @return empty where the text has another form
     * @throws ErrnoException EINVAL where N or SIZE is out of range
     */
    static Optional<Machine> read(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String machine = "the machine \"" + Excerpt.of(text) + "\"";
        int nodes = nodes(machine, matcher.group(1));
        long bytes = MemorySize.tryParse(matcher.group(2)).orElseThrow(() -> new ErrnoException(Errno.EINVAL, machine
                + " has no size behind the x: accepted is a number with at most one suffix of K, M, G, T, P and E, such"
                + " as 2x512G"));
        if (bytes == 0 || bytes % Section.BYTES != 0) {
            throw new ErrnoException(Errno.EINVAL, machine + " has nodes of " + MemorySize.format(bytes)
                    + ": accepted is a multiple of a memory section, 128M");
        }
        if (bytes > Section.ADDRESS_LIMIT / nodes) {
            throw new ErrnoException(Errno.EINVAL,
                    machine + " is larger than the physical addresses of x86-64: accepted is 4P for all nodes together");
        }
        MachineDraft draft = new MachineDraft();
        for (int node = 0; node < nodes; node++) {
            draft.area(node * bytes, (node + 1) * bytes, FrameKind.RAM, "System RAM");
            draft.node(node * bytes, (node + 1) * bytes, node);
        }
        draft.occupied(0, MEGABYTE, "First megabyte");
        draft.occupied(IMAGE_START, IMAGE_END, "Kernel image");
        return Optional.of(draft.build("its name: " + nodes + (nodes == 1 ? " node of " : " nodes of ")
                + MemorySize.format(bytes)));
    }

    private static int nodes(String machine, String digits) {
        String significant = digits.replaceFirst("^0+(?=.)", "");
        int nodes = significant.length() > 4 ? NODE_LIMIT + 1 : Integer.parseInt(significant);
        if (nodes < 1 || nodes > NODE_LIMIT) {
            throw new ErrnoException(Errno.EINVAL,
                    machine + " has " + Excerpt.of(digits) + " nodes: accepted is 1 to " + NODE_LIMIT);
        }
        return nodes;
    }
}
