package org.dmemfs.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MemoryPolicyTest {
    @ParameterizedTest(name = "{2}: VMA at {0}, page offset {1}, {3} dpages: step {4}")
    @CsvSource({
            "0x40000000, 0,   0x40000000, SIZE_2M, 0",
            "0x40000000, 0,   0x401fffff, SIZE_2M, 0",
            "0x40000000, 0,   0x40200000, SIZE_2M, 1",
            "0x40000000, 512, 0x40000000, SIZE_2M, 1",
            "0x40000000, 3,   0x40002000, SIZE_4K, 5",
            "0x40000000, 262144, 0x80000000, SIZE_1G, 2"})
    void interleavingCountsDpagesFromTheStartOfTheFile(String start, long pageOffset, String address, PageSize size,
            long step) {
        assertThat(MemoryPolicy.interleaveIndex(Long.decode(start), pageOffset, Long.decode(address), size))
                .isEqualTo(step);
    }

    @ParameterizedTest(name = "step {0} over nodes 1, 4 and 6 is on node {1}")
    @CsvSource({"0, 1", "1, 4", "2, 6", "3, 1", "1000000000000, 4"})
    void stepsGoRoundTheNodes(long step, int node) {
        assertThat(MemoryPolicy.interleave(NodeMask.of(1, 4, 6)).interleaveNode(step)).isEqualTo(node);
    }

    @ParameterizedTest(name = "step {0} over nodes 1, 4 and 6 with weights 2, 1 and 3 is on node {1}")
    @CsvSource({"0, 1", "1, 1", "2, 4", "3, 6", "4, 6", "5, 6", "6, 1", "8, 4", "-1, 6"})
    void stepsGoRoundTheNodesByTheirWeights(long step, int node) {
        MemoryPolicy policy = MemoryPolicy.weightedInterleave(NodeMask.of(1, 4, 6));
        assertThat(policy.weightedInterleaveNode(step, id -> Map.of(1, 2, 4, 1, 6, 3).get(id))).isEqualTo(node);
    }

    @ParameterizedTest(name = "{0} with nodes \"{1}\" is refused")
    @CsvSource({"BIND, ''", "INTERLEAVE, ''", "WEIGHTED_INTERLEAVE, ''", "PREFERRED, '0,1'", "PREFERRED, ''",
            "LOCAL, 0", "DEFAULT, 3"})
    void aModeWithNodesThatDoNotFitIsRefused(MemoryPolicy.Mode mode, String nodes) {
        NodeMask mask = nodes.isEmpty() ? NodeMask.none() : NodeMask.parse(nodes);
        assertThatThrownBy(() -> new MemoryPolicy(mode, mask)).isInstanceOf(ErrnoException.class)
                .hasMessageContaining(mode.name()).extracting("errno").isEqualTo(Errno.EINVAL);
    }
}
