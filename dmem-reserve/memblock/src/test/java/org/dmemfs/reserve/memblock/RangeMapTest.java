package org.dmemfs.reserve.memblock;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RangeMapTest {
    private static final int ADDRESSES = 40;

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 20261120})
    void agreesWithAnArrayOfAddresses(long seed) {
        Random random = new Random(seed);
        RangeMap<Integer> ranges = new RangeMap<>();
        int[] naive = new int[ADDRESSES];
        for (int step = 0; step < 2000; step++) {
            int start = random.nextInt(ADDRESSES);
            int end = random.nextInt(ADDRESSES + 1);
            int value = random.nextInt(4);
            if (value == 0) {
                ranges.erase(start, end);
            } else {
                ranges.paint(start, end, value);
            }
            Arrays.fill(naive, Math.min(start, end), end, value);
            assertThat(flat(ranges.pieces())).as("seed %d, step %d", seed, step).isEqualTo(naive);
            int[] window = new int[ADDRESSES];
            System.arraycopy(naive, Math.min(start, end), window, Math.min(start, end), end - Math.min(start, end));
            assertThat(flat(ranges.within(start, end))).as("seed %d, step %d", seed, step).isEqualTo(window);
        }
    }

    private static int[] flat(Iterable<RangeMap.Piece<Integer>> pieces) {
        int[] flat = new int[ADDRESSES];
        pieces.forEach(piece -> Arrays.fill(flat, (int) piece.start(), (int) piece.end(), piece.value()));
        return flat;
    }
}
