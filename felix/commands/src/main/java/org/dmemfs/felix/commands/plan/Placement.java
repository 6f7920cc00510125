package org.dmemfs.felix.commands.plan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Which guests found a place and where. Filled by one thread. */
final class Placement {
    private static final int NAMED = 1000;

    private final long pageBytes;
    private final Map<Long, Integer> placedBySize = new HashMap<>();
    /** By node id. */
    private long[] bytes = new long[0];
    private long[] rounding = new long[0];
    private final List<String> homeless = new ArrayList<>();
    private int lastNode;
    private long runOf;
    private int run;
    private long placed;
    private long overBorders;
    private long askedBytes;
    private long homelessCount;

    Placement(long pageBytes) {
        this.pageBytes = pageBytes;
    }

    void placed(GuestGroup group, int nodes) {
        placed++;
        askedBytes += group.bytes();
        overBorders += nodes > 1 ? 1 : 0;
        long rounded = group.roundedTo(pageBytes);
        // Guests of a size often come together.
        if (rounded != runOf) {
            endRun();
            runOf = rounded;
        }
        run++;
        rounding[lastNode] += rounded - group.bytes();
    }

    void took(int node, long taken) {
        if (node >= bytes.length) {
            bytes = Arrays.copyOf(bytes, node + 1);
            rounding = Arrays.copyOf(rounding, node + 1);
        }
        bytes[node] += taken;
        lastNode = node;
    }

    void foundNoPlace(GuestGroup group, int index) {
        homelessCount++;
        if (homeless.size() < NAMED) {
            homeless.add(group.nameOf(index));
        }
    }

    long placed() {
        return placed;
    }

    /** Guests with memory of more than one node. */
    long overBorders() {
        return overBorders;
    }

    long askedBytes() {
        return askedBytes;
    }

    long bytesOn(int node) {
        return node < bytes.length ? bytes[node] : 0;
    }

    /** What the last pages that lie there have more than was asked for. */
    long roundingOn(int node) {
        return node < rounding.length ? rounding[node] : 0;
    }

    long bytes() {
        return Arrays.stream(bytes).sum();
    }

    long homelessCount() {
        return homelessCount;
    }

    /** The first thousand. */
    List<String> homeless() {
        return homeless;
    }

    private void endRun() {
        if (run > 0) {
            placedBySize.merge(runOf, run, Integer::sum);
        }
        run = 0;
    }

    /** How many guests of each size, in whole pages. */
    Map<Long, Integer> placedBySize() {
        endRun();
        return placedBySize;
    }
}
