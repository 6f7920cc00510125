package org.dmemfs.reserve.memblock;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.dmemfs.kernel.SeriesVersion;
import org.dmemfs.reserve.DmemRegion;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The walk against the kernel's own way: memory as single blocks of 32M, and a start from the top after each region that
 * was taken.
 */
final class ReservationModelTest {
    private static final long BLOCK = 32L << 20;
    private static final int BLOCKS = 96;

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 20261120})
    void agreesWithTheKernelsRestartingWalk(long seed) {
        Random random = new Random(seed);
        for (int step = 0; step < 2000; step++) {
            int[] nodes = nodes(random);
            long align = Section.BYTES << random.nextInt(3);
            DmemParameter request = new DmemParameter(random.nextInt(3) == 0 ? align * (1 + random.nextInt(6)) : 0,
                    align * (1 + random.nextInt(8)), align, false);
            if (request.base() == 0 && random.nextBoolean()) {
                request = new DmemParameter(0, request.size(), align, true);
            }
            List<Machine.Free> free = free(nodes);
            assertThat(ReservationWalk.take(request, free, SeriesVersion.REPAIRED).regions())
                    .as("seed %d, step %d: %s of %s", seed, step, request, free).isEqualTo(kernel(request, nodes));
        }
    }

    private static List<DmemRegion> kernel(DmemParameter request, int[] nodes) {
        List<DmemRegion> regions = new ArrayList<>();
        long[] want = new long[3];
        for (int node = 0; node < want.length; node++) {
            long counter = 0;
            for (int owner : nodes) {
                counter += owner == node ? BLOCK : 0;
            }
            counter = (counter + request.align() - 1) / request.align() * request.align();
            want[node] = request.leftToKernel()
                    ? Math.max(0, counter - request.size())
                    : Math.min(request.size(), counter);
        }
        boolean again = true;
        while (again) {
            again = false;
            List<Machine.Free> free = free(nodes);
            for (int index = free.size() - 1; index >= 0 && !again; index--) {
                Machine.Free range = free.get(index);
                long low = request.base() == 0 ? range.start() : Math.max(range.start(), request.base());
                long high = request.base() == 0
                        ? range.end()
                        : Math.min(range.end(), request.base() + request.size());
                long start = (low + request.align() - 1) / request.align() * request.align();
                long end = high / request.align() * request.align();
                if (start >= end || request.base() == 0 && want[range.node()] == 0) {
                    continue;
                }
                if (request.base() == 0) {
                    start = end - Math.min(end - start, want[range.node()]);
                    want[range.node()] -= end - start;
                }
                regions.add(new DmemRegion(range.node(), start, end));
                for (long block = start / BLOCK; block < end / BLOCK; block++) {
                    nodes[(int) block] = -1;
                }
                again = true;
            }
        }
        return regions;
    }

    private static int[] nodes(Random random) {
        int[] nodes = new int[BLOCKS];
        int node = 0;
        for (int block = 0; block < BLOCKS; block++) {
            node = random.nextInt(9) == 0 ? random.nextInt(3) : node;
            nodes[block] = random.nextInt(14) == 0 ? -1 : node;
        }
        return nodes;
    }

    private static List<Machine.Free> free(int[] nodes) {
        RangeMap<Integer> free = new RangeMap<>();
        for (int block = 0; block < nodes.length; block++) {
            if (nodes[block] >= 0) {
                free.paint(block * BLOCK, (block + 1) * BLOCK, nodes[block]);
            }
        }
        return free.pieces().stream().map(piece -> new Machine.Free(piece.start(), piece.end(), piece.value()))
                .toList();
    }
}
