package org.dmemfs.kernel;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** An immutable set of NUMA node ids from 0 to 1023, as {@code nodemask_t} of a kernel with CONFIG_NODES_SHIFT=10. */
public final class NodeMask {
    private static final int LIMIT = 1024;
    private static final NodeMask NONE = new NodeMask(new long[0]);

    private final long[] words;

    private NodeMask(long[] words) {
        this.words = words;
    }

    /**
     * The empty mask.
     *
     * @return a mask without nodes
     */
    public static NodeMask none() {
        return NONE;
    }

    /**
     * A mask of nodes.
     *
     * @param nodes node ids, 0 to 1023
     * @return the mask
     * @throws ErrnoException EINVAL where an id is out of range
     */
    public static NodeMask of(int... nodes) {
        long[] words = new long[0];
        for (int node : nodes) {
            if (node < 0 || node >= LIMIT) {
                throw new ErrnoException(Errno.EINVAL,
                        "node " + node + " is out of range: accepted is 0 to " + (LIMIT - 1));
            }
            if (node >> 6 >= words.length) {
                words = Arrays.copyOf(words, (node >> 6) + 1);
            }
            words[node >> 6] |= 1L << node;
        }
        return new NodeMask(words);
    }

    /**
     * A mask of nodes.
     *
     * @param nodes node ids, 0 to 1023
     * @return the mask
     * @throws ErrnoException EINVAL where an id is out of range
     */
    public static NodeMask of(Collection<Integer> nodes) {
        return of(nodes.stream().mapToInt(Integer::intValue).toArray());
    }

    /**
     * Reads the kernel's list notation.
     *
     * @param list such as {@code 0-3,8}
     * @return the mask
     * @throws ErrnoException EINVAL where the text is no such list or an id is out of range
     */
    public static NodeMask parse(String list) {
        try {
            return of(Arrays.stream(list.strip().split(",")).map(part -> part.split("-", 2)).flatMapToInt(ends -> {
                int first = Integer.parseInt(ends[0]);
                int last = Integer.parseInt(ends[ends.length - 1]);
                if (first < 0 || last >= LIMIT || first > last) {
                    throw new NumberFormatException(list);
                }
                return IntStream.rangeClosed(first, last);
            }).toArray());
        } catch (NumberFormatException notANumber) {
            throw new ErrnoException(Errno.EINVAL,
                    "the node list \"" + list + "\" is not readable: accepted is such as 0-3,8 with ids from 0 to 1023",
                    notANumber);
        }
    }

    /**
     * Whether a node is in the mask.
     *
     * @param node any number
     * @return true where it is
     */
    public boolean contains(int node) {
        return node >= 0 && node >> 6 < words.length && (words[node >> 6] & 1L << node) != 0;
    }

    /**
     * Whether the mask has no node.
     *
     * @return true where it has none
     */
    public boolean isEmpty() {
        return words.length == 0;
    }

    /**
     * How many nodes the mask has.
     *
     * @return the weight, 0 to 1024
     */
    public int weight() {
        int weight = 0;
        for (long word : words) {
            weight += Long.bitCount(word);
        }
        return weight;
    }

    /**
     * The node at a place in ascending order.
     *
     * @param rank 0 to {@link #weight()} - 1
     * @return the node id
     * @throws ErrnoException EINVAL where the mask has no such place
     */
    public int nth(int rank) {
        int left = rank;
        for (int index = 0; rank >= 0 && index < words.length; index++) {
            int here = Long.bitCount(words[index]);
            if (left < here) {
                long word = words[index];
                for (; left > 0; left--) {
                    word &= word - 1;
                }
                return (index << 6) + Long.numberOfTrailingZeros(word);
            }
            left -= here;
        }
        throw new ErrnoException(Errno.EINVAL, "the mask " + this + " has no place " + rank);
    }

    /**
     * The place of a node in ascending order, what {@link #nth} undoes.
     *
     * @param node any number
     * @return how many nodes of the mask are below it
     */
    public int rank(int node) {
        int rank = 0;
        for (int index = 0; index < words.length && index << 6 < node; index++) {
            long below = node - (index << 6) >= Long.SIZE ? -1 : (1L << node) - 1;
            rank += Long.bitCount(words[index] & below);
        }
        return rank;
    }

    /**
     * Whether two masks share a node.
     *
     * @param other the other mask
     * @return true where they do
     */
    public boolean intersects(NodeMask other) {
        for (int index = 0; index < Math.min(words.length, other.words.length); index++) {
            if ((words[index] & other.words[index]) != 0) {
                return true;
            }
        }
        return false;
    }

    /**
     * The nodes in ascending order.
     *
     * @return node ids
     */
    public List<Integer> nodes() {
        return IntStream.range(0, words.length << 6).filter(this::contains).boxed().toList();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof NodeMask mask && Arrays.equals(words, mask.words);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(words);
    }

    @Override
    public String toString() {
        return nodes().stream().map(String::valueOf).collect(Collectors.joining(",", "{", "}"));
    }
}
