package org.dmemfs.core.pool;

import java.util.Arrays;
import java.util.function.IntUnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;

/**
 * How often each node comes in turn under weighted interleave: one table for the system, as in
 * {@code /sys/kernel/mm/mempolicy/weighted_interleave}. Immutable.
 */
final class InterleaveWeights implements IntUnaryOperator {
    private static final Pattern ENTRY = Pattern.compile("(\\d{1,4})=(\\d{1,3})");
    private static final int NODES = 1024;
    private static final int HIGHEST = 255;

    private final int[] weights;

    private InterleaveWeights(int[] weights) {
        this.weights = weights;
    }

    /** The weights of a configuration, 1 for each node that it does not name. */
    static InterleaveWeights of(String... entries) {
        int[] weights = new int[NODES];
        Arrays.fill(weights, 1);
        for (String entry : entries) {
            Matcher matcher = ENTRY.matcher(entry.strip());
            int node = matcher.matches() ? Integer.parseInt(matcher.group(1)) : NODES;
            int weight = matcher.matches() ? Integer.parseInt(matcher.group(2)) : 0;
            if (node >= NODES || weight < 1 || weight > HIGHEST) {
                throw new ErrnoException(Errno.EINVAL, "the interleave weight \"" + entry
                        + "\" is not readable: accepted is node=weight such as 1=3, nodes 0 to 1023, weights 1 to 255");
            }
            weights[node] = weight;
        }
        return new InterleaveWeights(weights);
    }

    @Override
    public int applyAsInt(int node) {
        return weights[node];
    }
}
