package org.dmemfs.felix.commands.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.dmemfs.kernel.MemorySize;
import org.dmemfs.kernel.NodeMask;
import org.dmemfs.reserve.NumaTopology;
import org.dmemfs.schemes.Extent;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Guests of schemes that place by address: on one node, in one range where the scheme wants it. */
class RangePlacerTest {
    private static final long GIB = 1L << 30;
    /** 4G on node 0 in two pieces, 8G on node 1 in one. */
    private static final List<Extent> EXTENTS = List.of(new Extent(4 * GIB, 3 * GIB, 0), new Extent(8 * GIB, GIB, 0),
            new Extent(16 * GIB, 8 * GIB, 1));

    @ParameterizedTest(name = "{0}, one range {1}, {2}: {3}")
    @CsvSource(delimiter = '|', value = {
            "4G@0 | false | preferred | 1",
            "4G@0 | true | bind | -",
            "4G@0 | true | preferred | 1",
            "3G@0 1G@0 | true | bind | 1 1",
            "2G@0 2G@0 | true | bind | 1 -",
            "2G@0 2G@0 | false | bind | 1 1",
            "9G | false | preferred | -",
            "8G 4G | false | preferred | 1 1",
            "8G 4G | true | preferred | 1 -",
            "4G 4G 4G | false | preferred | 1 1 1",
            "5G@0 8G | false | preferred | 1 -"})
    void noGuestLiesOnTwoNodes(String guests, boolean oneRange, String wish, String nodes) {
        RangePlacer placer = new RangePlacer(EXTENTS, 2L << 20, oneRange, NumaTopology.uniform(NodeMask.of(0, 1)),
                NodeWish.parse(wish));
        Placement placement = new Placement(2L << 20);
        List<String> answers = new ArrayList<>();
        for (String guest : guests.split(" ", -1)) {
            String[] parts = guest.split("@", -1);
            GuestGroup group = new GuestGroup(guest, 1, MemorySize.parse("guest", parts[0]),
                    parts.length > 1 ? Integer.parseInt(parts[1]) : GuestGroup.ANY_NODE);
            int placed = placer.place(group, group.bytes(), placement);
            answers.add(placed == 0 ? "-" : String.valueOf(placed));
        }
        assertThat(answers).isEqualTo(Arrays.stream(nodes.split(" ")).collect(Collectors.toList()));
        assertThat(placement.bytesOn(0)).isLessThanOrEqualTo(4 * GIB);
        assertThat(placement.bytesOn(1)).isLessThanOrEqualTo(8 * GIB);
    }
}
