package org.dmemfs.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NodeMaskTest {
    @ParameterizedTest(name = "the list {0} has {1} nodes and reads {2}")
    @CsvSource(delimiter = '|', value = {"0|1|{0}", "0-3,8|5|{0,1,2,3,8}", "63-64|2|{63,64}", "1023|1|{1023}"})
    void listsAreRead(String list, int weight, String text) {
        NodeMask mask = NodeMask.parse(list);
        assertThat(mask.weight()).isEqualTo(weight);
        assertThat(mask).hasToString(text);
    }

    @ParameterizedTest(name = "the list \"{0}\" is refused")
    @ValueSource(strings = {"", "a", "3-1", "1024", "-1", "0,,1"})
    void wrongListsAreRefused(String list) {
        assertThatThrownBy(() -> NodeMask.parse(list)).isInstanceOf(ErrnoException.class).hasMessageContaining(list)
                .extracting("errno").isEqualTo(Errno.EINVAL);
    }

    @Test
    void placesAreCountedInAscendingOrderAcrossWords() {
        NodeMask mask = NodeMask.of(130, 2, 65, 0);
        assertThat(new int[]{mask.nth(0), mask.nth(1), mask.nth(2), mask.nth(3)}).containsExactly(0, 2, 65, 130);
    }

    @ParameterizedTest(name = "below {0} are {1} nodes of 0, 2, 65 and 130")
    @CsvSource({"-1,0", "0,0", "1,1", "2,1", "3,2", "64,2", "65,2", "66,3", "130,3", "131,4", "5000,4"})
    void ranksCountTheNodesBelow(int node, int rank) {
        assertThat(NodeMask.of(130, 2, 65, 0).rank(node)).isEqualTo(rank);
    }

    @ParameterizedTest(name = "place {0} of a mask of two is refused")
    @ValueSource(ints = {-1, 2, 64})
    void aPlaceThatIsNotThereIsRefused(int rank) {
        assertThatThrownBy(() -> NodeMask.of(1, 5).nth(rank)).isInstanceOf(ErrnoException.class);
    }

    @Test
    void masksOfTheSameNodesAreEqualHoweverTheyWereMade() {
        assertThat(NodeMask.of(64, 1)).isEqualTo(NodeMask.parse("1,64")).hasSameHashCodeAs(NodeMask.parse("1,64"));
    }

    @ParameterizedTest(name = "{0} and {1}: {2}")
    @CsvSource(delimiter = '|', value = {"0-1|1-2|true", "0|1|false", "64|0-63|false", "64|60-70|true"})
    void masksIntersectWhereTheyShareANode(String one, String other, boolean intersect) {
        assertThat(NodeMask.parse(one).intersects(NodeMask.parse(other))).isEqualTo(intersect);
    }
}
