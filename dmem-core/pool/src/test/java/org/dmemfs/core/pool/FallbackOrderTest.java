package org.dmemfs.core.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.dmemfs.kernel.NodeMask;
import org.dmemfs.kernel.SeriesVersion;
import org.dmemfs.reserve.NumaTopology;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FallbackOrderTest {
    private static final NumaTopology LINE = new NumaTopology(NodeMask.of(0, 1, 2), NodeMask.of(0, 1, 2),
            List.of(List.of(10, 20, 30), List.of(20, 10, 20), List.of(30, 20, 10)));
    private static final NumaTopology EQUAL = NumaTopology.uniform(NodeMask.of(0, 1, 2, 3));

    static Stream<Arguments> orders() {
        return Stream.of(
                row("alone", NumaTopology.uniform(NodeMask.of(0)), "0", "0", 0, 0),
                row("the nearest first", LINE, "0-2", "0-2", 0, 0, 1, 2),
                row("of two equally near ones the higher id: a lower one has a penalty", LINE, "0-2", "0-2", 1, 1, 2,
                        0),
                row("the nearest first, downwards", LINE, "0-2", "0-2", 2, 2, 1, 0),
                row("a node without regions begins its own list, and is in no other", LINE, "1-2", "0-2", 0, 0, 1, 2),
                row("a node without regions is in no other list", LINE, "1-2", "0-2", 2, 2, 1),
                row("the first of the equals in order", EQUAL, "0-3", "0-3", 0, 0, 1, 2, 3),
                row("the penalty for lower ids counts more than the load", EQUAL, "0-3", "0-3", 1, 1, 2, 3, 0),
                row("a node without kernel memory comes before its equals", EQUAL, "0-3", "0-2", 0, 0, 3, 1, 2),
                row("a node that is not there has no list", EQUAL, "0-3", "0-3", 7));
    }

    private static Arguments row(String what, NumaTopology topology, String regions, String memory, int node,
            int... expected) {
        return Arguments.of(what, topology, NodeMask.parse(regions), NodeMask.parse(memory), node, expected);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("orders")
    void order(String what, NumaTopology topology, NodeMask regions, NodeMask memory, int node, int[] expected) {
        assertThat(FallbackOrder.of(topology, regions, memory, SeriesVersion.REPAIRED).of(node)).as(what)
                .containsExactly(expected);
    }

    @Test
    @DisplayName("a node without processors comes before one with, at the same distance")
    void withoutProcessors() {
        NumaTopology topology = new NumaTopology(NodeMask.of(0, 1, 2), NodeMask.of(0, 1),
                NumaTopology.uniform(NodeMask.of(0, 1, 2)).distances());
        assertThat(FallbackOrder.of(topology, NodeMask.of(0, 1, 2), NodeMask.of(0, 1, 2), SeriesVersion.REPAIRED).of(0))
                .containsExactly(0, 2, 1);
    }

    @Test
    @DisplayName("equals take turns: the load that the first choice of a list was given makes it the last of the next")
    void equalsTakeTurns() {
        // Two pairs: 0 and 1 have the processors, 2 and 3 the memory, all at one distance from each other.
        NumaTopology topology = new NumaTopology(NodeMask.of(0, 1, 2, 3), NodeMask.of(0, 1), EQUAL.distances());
        FallbackOrder orders = FallbackOrder.of(topology, NodeMask.of(2, 3), NodeMask.of(0, 1), SeriesVersion.REPAIRED);
        assertThat(orders.of(0)).containsExactly(0, 2, 3);
        assertThat(orders.of(1)).containsExactly(1, 3, 2);
    }

    @Test
    @DisplayName("12.2.9: as posted, the tail of the list is node 0 again and again")
    void tail() {
        FallbackOrder posted = FallbackOrder.of(LINE, NodeMask.of(1, 2), NodeMask.of(0), SeriesVersion.V2);
        assertThat(posted.of(2)).hasSize(1024).startsWith(2, 1, 0, 0).endsWith(0);
    }

    @Test
    @DisplayName("1024 nodes have their lists, each with every node once")
    void manyNodes() {
        NodeMask all = NodeMask.parse("0-1023");
        NumaTopology topology = NumaTopology.uniform(all);
        FallbackOrder orders = FallbackOrder.of(topology, all, NodeMask.none(), SeriesVersion.REPAIRED);
        assertThat(orders.of(1023)).hasSize(1024).startsWith(1023, 0, 1).doesNotHaveDuplicates();
    }
}
