package org.dmemfs.core.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.MemoryPolicy;
import org.dmemfs.kernel.NodeMask;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlacementTest {
    private static final NodeMask ONLINE = NodeMask.of(0, 1, 2, 3);

    static Stream<Arguments> rows() {
        return Stream.of(
                row("the default is the local node", MemoryPolicy.systemDefault(), 9, 2, 2, null),
                row("preferred is its node, and falls back", MemoryPolicy.preferred(3), 9, 2, 3, null),
                row("bind to the local node where it may", MemoryPolicy.bind(NodeMask.of(1, 2)), 9, 2, 2, "1-2"),
                row("bind to the first node otherwise", MemoryPolicy.bind(NodeMask.of(1, 3)), 9, 2, 1, "1,3"),
                row("bind outside of the cpuset has no mask", MemoryPolicy.bind(NodeMask.of(8, 9)), 9, 2, 8, null),
                row("interleave, step 0", MemoryPolicy.interleave(NodeMask.of(1, 3)), 0, 2, 1, null),
                row("interleave, step 1", MemoryPolicy.interleave(NodeMask.of(1, 3)), 1, 2, 3, null),
                row("weighted interleave, within a weight", MemoryPolicy.weightedInterleave(NodeMask.of(1, 3)), 2, 2, 1,
                        null),
                row("weighted interleave, the next node", MemoryPolicy.weightedInterleave(NodeMask.of(1, 3)), 3, 2, 3,
                        null),
                row("weighted interleave begins again", MemoryPolicy.weightedInterleave(NodeMask.of(1, 3)), 4, 2, 1,
                        null),
                row("interleave, step 2 begins again", MemoryPolicy.interleave(NodeMask.of(1, 3)), 2, 2, 1, null));
    }

    private static Arguments row(String what, MemoryPolicy policy, long step, int local, int node,
            @Nullable String mask) {
        return Arguments.of(what, policy, step, local, node, mask == null ? null : NodeMask.parse(mask));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void placement(String what, MemoryPolicy policy, long step, int local, int node, @Nullable NodeMask mask) {
        Placement placement = new Placement(ONLINE);
        placement.weigh(InterleaveWeights.of("1=3"));
        assertThat(placement.firstNode(policy, step, local)).as(what).isEqualTo(node);
        assertThat(placement.mask(policy)).as(what).isEqualTo(mask);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "1=0", "1=256", "1024=1", "a=1", "1=-2", "1=3=4"})
    void weightThatIsNone(String entry) {
        TestMachine.refused(Errno.EINVAL, () -> InterleaveWeights.of(entry), "\"" + entry + "\"", "accepted");
    }
}
