package org.dmemfs.core.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.dmemfs.core.DmemPool;
import org.dmemfs.core.Holder;
import org.dmemfs.core.PoolUse;
import org.dmemfs.core.bitmap.BitmapAllocatorFactory;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.MemoryPolicy;
import org.dmemfs.kernel.NodeMask;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.kernel.SeriesVersion;
import org.dmemfs.reserve.DmemRegion;
import org.dmemfs.reserve.FrameKind;
import org.dmemfs.reserve.MemoryMap;
import org.dmemfs.reserve.MemoryRange;
import org.dmemfs.reserve.NumaTopology;
import org.dmemfs.reserve.Reservation;
import org.junit.jupiter.api.Test;

/** A machine of two nodes with 1 GiB of dmem each that nobody boots. */
class UnbootedPoolsTest {
    private static final long GIB = 1L << 30;
    private static final Holder GUEST = new Holder("test", "guest");
    private static final Reservation MACHINE = new Reservation("2x2G", "the test", "",
            new MemoryMap(List.of(new MemoryRange(0, GIB, 0, FrameKind.RAM, "System RAM"),
                    new MemoryRange(GIB, 2 * GIB, 0, FrameKind.DMEM, "System RAM"),
                    new MemoryRange(2 * GIB, 3 * GIB, 1, FrameKind.RAM, "System RAM"),
                    new MemoryRange(3 * GIB, 4 * GIB, 1, FrameKind.DMEM, "System RAM"))),
            NumaTopology.uniform(NodeMask.of(0, 1)),
            List.of(new DmemRegion(0, GIB, 2 * GIB), new DmemRegion(1, 3 * GIB, 4 * GIB)), List.of(), List.of());

    private final UnbootedPoolsComponent pools = new UnbootedPoolsComponent(
            new BitmapAllocatorFactory(SeriesVersion.REPAIRED));

    @Test
    void dpagesComeByPolicyAndFallBackAsOnABootedMachine() {
        List<Long> addresses = new ArrayList<>();
        pools.lend(MACHINE, pool -> {
            try (PoolUse use = pool.use(PageSize.SIZE_1G, "test")) {
                addresses.add(use.take(GUEST, MemoryPolicy.preferred(1), 0, 0));
                addresses.add(use.take(GUEST, MemoryPolicy.preferred(1), 0, 0));
            }
        });
        assertThat(addresses).containsExactly(3 * GIB, GIB);
    }

    @Test
    void aBoundGuestFindsNoPlaceElsewhere() {
        pools.lend(MACHINE, pool -> {
            try (PoolUse use = pool.use(PageSize.SIZE_1G, "test")) {
                MemoryPolicy bound = MemoryPolicy.bind(NodeMask.of(0));
                use.take(GUEST, bound, 0, 0);
                assertThatThrownBy(() -> use.take(GUEST, bound, 0, 0)).isInstanceOf(ErrnoException.class)
                        .hasMessageContaining("node 0");
            }
        });
    }

    @Test
    void eachPoolBeginsEmptyAndIsStoppedAfterwards() {
        List<DmemPool> lent = new ArrayList<>();
        for (int time = 0; time < 2; time++) {
            pools.lend(MACHINE, pool -> {
                lent.add(pool);
                PoolUse use = pool.use(PageSize.SIZE_2M, "test");
                assertThat(use.takeRun(GUEST, MemoryPolicy.systemDefault(), 0, 0, 1 << 20).dpages()).isEqualTo(512);
            });
        }
        assertThat(lent).doesNotHaveDuplicates()
                .allSatisfy(pool -> assertThatThrownBy(pool::usage).isInstanceOf(ErrnoException.class));
    }
}
