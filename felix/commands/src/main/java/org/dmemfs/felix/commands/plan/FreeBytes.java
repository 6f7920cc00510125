package org.dmemfs.felix.commands.plan;

import java.util.Arrays;
import java.util.Map;

/** What is free on each node, counted beside the allocator so that a guest that cannot fit costs no search. */
final class FreeBytes {
    /** By node id. */
    private final long[] bytes;
    private long all;

    FreeBytes(Map<Integer, Long> byNode) {
        this.bytes = new long[byNode.keySet().stream().mapToInt(node -> node + 1).max().orElse(0)];
        byNode.forEach((node, free) -> bytes[node] = free);
        this.all = Arrays.stream(bytes).sum();
    }

    long on(int node) {
        return node < bytes.length ? bytes[node] : 0;
    }

    long all() {
        return all;
    }

    void take(int node, long taken) {
        bytes[node] -= taken;
        all -= taken;
    }

    /** The wish of a guest; of one that has none, the node with most free memory, the lowest of equals. */
    int nodeFor(GuestGroup group) {
        if (group.node() != GuestGroup.ANY_NODE) {
            return group.node();
        }
        int best = 0;
        for (int node = 1; node < bytes.length; node++) {
            if (bytes[node] > bytes[best]) {
                best = node;
            }
        }
        return best;
    }
}
