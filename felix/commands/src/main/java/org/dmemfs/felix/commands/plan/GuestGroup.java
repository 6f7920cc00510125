package org.dmemfs.felix.commands.plan;

/**
 * Guests of one size.
 *
 * @param name of the one, or what the names of all begin with
 * @param count how many, at least 1
 * @param bytes of each, at least 1
 * @param node the node that each wishes, or {@link #ANY_NODE}
 */
public record GuestGroup(String name, int count, long bytes, int node) {
    /** No wish. */
    public static final int ANY_NODE = -1;

    /** The name of one of them. */
    String nameOf(int index) {
        return count == 1 ? name : name + "-" + (index + 1);
    }

    /** Memory in whole pages. */
    static long rounded(long bytes, long pageBytes) {
        return (bytes + pageBytes - 1) / pageBytes * pageBytes;
    }

    /** Its memory in whole pages. */
    long roundedTo(long pageBytes) {
        return rounded(bytes, pageBytes);
    }
}
