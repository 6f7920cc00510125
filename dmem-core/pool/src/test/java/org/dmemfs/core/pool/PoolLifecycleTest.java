package org.dmemfs.core.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.dmemfs.core.pool.TestMachine.FILE;
import static org.dmemfs.core.pool.TestMachine.G;
import static org.dmemfs.core.pool.TestMachine.M;
import static org.dmemfs.core.pool.TestMachine.refused;
import static org.dmemfs.core.pool.TestMachine.region;

import java.util.Optional;
import java.util.Set;
import org.dmemfs.core.PoolUsage;
import org.dmemfs.core.PoolUse;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.MemoryPolicy;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.kernel.SeriesVersion;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PoolLifecycleTest {
    private static long take(PoolUse use) {
        return use.take(FILE, MemoryPolicy.systemDefault(), 0, 0);
    }

    @Test
    @DisplayName("the first user decides the page size, later ones share it, and it ends with the last")
    void pageSizeIsShared() {
        try (TestMachine machine = TestMachine.nodes(1, 256 * M)) {
            PoolUse first = machine.pool.use(PageSize.SIZE_2M, "/mnt/a");
            PoolUse second = machine.pool.use(PageSize.SIZE_2M, "/mnt/b");
            refused(Errno.EBUSY, () -> machine.pool.use(PageSize.SIZE_4K, "/mnt/c"), "2M", "4K", "/mnt/a", "/mnt/b");
            first.close();
            first.close();
            refused(Errno.EBUSY, () -> machine.pool.use(PageSize.SIZE_4K, "/mnt/c"), "/mnt/b");
            second.close();
            assertThat(machine.pool.pageSize()).isEmpty();
            machine.pool.use(PageSize.SIZE_4K, "/mnt/c");
            assertThat(machine.pool.pageSize()).contains(PageSize.SIZE_4K);
        }
    }

    @ParameterizedTest
    @EnumSource(PageSize.class)
    @DisplayName("the totals are the dpages of each node's regions")
    void totals(PageSize size) {
        try (TestMachine machine = TestMachine.with(SeriesVersion.REPAIRED, region(0, 2 * G, 2 * G),
                region(1, G - 128 * M, 2 * G))) {
            machine.pool.use(size, "/mnt");
            long tail = size == PageSize.SIZE_1G ? 262_144 : 0;
            PoolUsage usage = machine.pool.usage();
            assertThat(usage.unalignedPages()).isEqualTo(tail);
            assertThat(usage.registeredPages()).isEqualTo(1_048_576);
            assertThat(machine.node(0).total()).isEqualTo(2 * G / size.bytes());
            assertThat(machine.node(1).total()).isEqualTo((2 * G - tail * 4096) / size.bytes());
            machine.assertLedger();
        }
    }

    @Test
    @DisplayName("without a region the pool can be used, and every take fails")
    void noRegion() {
        try (TestMachine machine = TestMachine.with(SeriesVersion.REPAIRED)) {
            PoolUse use = machine.pool.use(PageSize.SIZE_2M, "/mnt");
            refused(Errno.ENOMEM, () -> take(use), "2M", "node 0");
        }
    }

    @Test
    @DisplayName("a pool that was stopped answers ENODEV to every handle")
    void stopped() {
        try (TestMachine machine = TestMachine.nodes(1, 256 * M)) {
            PoolUse use = machine.pool.use(PageSize.SIZE_2M, "/mnt");
            long dpage = take(use);
            machine.pool.stop();
            refused(Errno.ENODEV, () -> take(use));
            refused(Errno.ENODEV, () -> use.give(FILE, dpage));
            refused(Errno.ENODEV, () -> machine.pool.get(dpage >> 12));
            refused(Errno.ENODEV, () -> machine.pool.use(PageSize.SIZE_2M, "/mnt"));
            refused(Errno.ENODEV, () -> machine.pool.usage());
            refused(Errno.ENODEV, () -> machine.pool.memoryFailure(dpage >> 12, Set.of()));
            use.close();
        }
    }

    @Test
    @DisplayName("a closed use takes nothing more: EBADF")
    void closed() {
        try (TestMachine machine = TestMachine.nodes(1, 256 * M)) {
            PoolUse use = machine.pool.use(PageSize.SIZE_2M, "/mnt");
            use.close();
            refused(Errno.EBADF, () -> take(use), "/mnt");
        }
    }

    @Test
    @DisplayName("12.2.8: references outlast the last close, and with them the page size")
    void referencesOutlastTheUse() {
        try (TestMachine machine = TestMachine.nodes(1, 256 * M)) {
            PoolUse use = machine.pool.use(PageSize.SIZE_2M, "/mnt");
            long dpage = take(use);
            machine.pool.get(dpage >> 12);
            use.give(FILE, dpage);
            use.close();
            assertThat(machine.node(0).used()).isEqualTo(1);
            refused(Errno.EBUSY, () -> machine.pool.use(PageSize.SIZE_4K, "/mnt"), "device");
            machine.assertLedger();
            machine.pool.put(dpage >> 12);
            assertThat(machine.pool.pageSize()).isEqualTo(Optional.empty());
            machine.pool.use(PageSize.SIZE_4K, "/mnt");
        }
    }

    @Test
    @DisplayName("12.2.8: the same page size can be used again while references are left")
    void sameSizeAgain() {
        try (TestMachine machine = TestMachine.nodes(1, 256 * M)) {
            PoolUse use = machine.pool.use(PageSize.SIZE_2M, "/mnt");
            long dpage = take(use);
            machine.pool.get(dpage >> 12);
            use.give(FILE, dpage);
            use.close();
            PoolUse again = machine.pool.use(PageSize.SIZE_2M, "/mnt");
            assertThat(take(again)).isNotEqualTo(dpage);
            machine.pool.put(dpage >> 12);
            assertThat(machine.pool.pageSize()).contains(PageSize.SIZE_2M);
            machine.assertLedger();
        }
    }

    @Test
    @DisplayName("what a holder still has can be given back after the last close, and the last ends the page size")
    void givenBackAfterTheClose() {
        try (TestMachine machine = TestMachine.nodes(1, 256 * M)) {
            PoolUse use = machine.pool.use(PageSize.SIZE_2M, "/mnt");
            long dpage = take(use);
            use.close();
            refused(Errno.EBUSY, () -> machine.pool.use(PageSize.SIZE_4K, "/mnt"), "file /a");
            use.give(FILE, dpage);
            assertThat(machine.pool.pageSize()).isEmpty();
        }
    }

    @Test
    @DisplayName("12.2.8: as posted, V2's last close drops the tables and a later put oopses")
    void postedUnmountUnderReferences() {
        try (TestMachine machine = TestMachine.nodes(SeriesVersion.V2, 1, 256 * M)) {
            PoolUse use = machine.pool.use(PageSize.SIZE_2M, "/mnt");
            long dpage = take(use);
            use.close();
            assertThat(machine.pool.pageSize()).isEmpty();
            refused(Errno.EFAULT, () -> machine.pool.put(dpage >> 12), "oops");
            assertThat(machine.log.lines()).anyMatch(line -> line.text().startsWith("BUG: kernel NULL pointer"));
            assertThat(machine.log.lines()).anyMatch(line -> line.text().contains("WARNING: dmem_alloc_uinit"));
        }
    }

    @Test
    @DisplayName("1.8: a region that has struct pages after all drops every region")
    void lateCheck() {
        try (TestMachine machine = TestMachine.unchecked(SeriesVersion.REPAIRED, region(0, G, 256 * M))) {
            PoolUse use = machine.pool.use(PageSize.SIZE_2M, "/mnt");
            assertThat(machine.pool.usage().regions()).isZero();
            assertThat(machine.pool.isDmem(G >> 12)).isFalse();
            refused(Errno.ENOMEM, () -> take(use));
        }
    }

    @ParameterizedTest
    @EnumSource(value = SeriesVersion.class, names = {"V1", "V2"})
    @DisplayName("12.2.9: as posted, the list after a failed late check begins with node -1")
    void postedLateCheck(SeriesVersion series) {
        try (TestMachine machine = TestMachine.unchecked(series, region(0, G, 256 * M))) {
            PoolUse use = machine.pool.use(PageSize.SIZE_2M, "/mnt");
            refused(Errno.EFAULT, () -> take(use), "node -1");
        }
    }

    @Test
    @DisplayName("12.2.1: a region strictly inside one dpage gives nothing, and the others serve")
    void underflow() {
        try (TestMachine machine = TestMachine.with(SeriesVersion.REPAIRED, region(0, G + 128 * M, 128 * M),
                region(0, 4 * G, G))) {
            PoolUse use = machine.pool.use(PageSize.SIZE_1G, "/mnt");
            assertThat(machine.node(0).total()).isEqualTo(1);
            assertThat(take(use)).isEqualTo(4 * G);
            machine.assertLedger();
        }
    }

    @Test
    @DisplayName("12.2.1: as posted, V2 refuses the use with ENOMEM and stays usable at another size")
    void underflowV2() {
        try (TestMachine machine = TestMachine.with(SeriesVersion.V2, region(0, G + 128 * M, 128 * M))) {
            refused(Errno.ENOMEM, () -> machine.pool.use(PageSize.SIZE_1G, "/mnt"));
            assertThat(machine.pool.use(PageSize.SIZE_2M, "/mnt").pageSize()).isEqualTo(PageSize.SIZE_2M);
        }
    }

    @Test
    @DisplayName("12.2.1: as posted, V1 would give out memory outside of the region: an oops")
    void underflowV1() {
        try (TestMachine machine = TestMachine.with(SeriesVersion.V1, region(0, G + 128 * M, 128 * M))) {
            PoolUse use = machine.pool.use(PageSize.SIZE_1G, "/mnt");
            refused(Errno.EFAULT, () -> take(use), "outside");
        }
    }
}
