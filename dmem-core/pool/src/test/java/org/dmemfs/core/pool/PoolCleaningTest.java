package org.dmemfs.core.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.dmemfs.core.pool.TestMachine.FILE;
import static org.dmemfs.core.pool.TestMachine.G;
import static org.dmemfs.core.pool.TestMachine.M;

import org.dmemfs.core.DpageRun;
import org.dmemfs.core.PoolUse;
import org.dmemfs.kernel.MemoryPolicy;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.kernel.SeriesVersion;
import org.dmemfs.reserve.PhysicalBytes;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class PoolCleaningTest {
    private static final long SECRET = 0x5ec2e7L;

    private static long take(PoolUse use) {
        return use.take(FILE, MemoryPolicy.systemDefault(), 0, 0);
    }

    @ParameterizedTest
    @EnumSource(PageSize.class)
    @DisplayName("12.2.14: memory is zero before its next owner, to its last byte")
    void zero(PageSize size) {
        try (TestMachine machine = TestMachine.nodes(1, G)) {
            PhysicalBytes bytes = machine.memory.bytes();
            PoolUse use = machine.pool.use(size, "/mnt");
            long dpage = take(use);
            bytes.storeLong(dpage, SECRET);
            bytes.storeLong(dpage + size.bytes() - 8, SECRET);
            use.give(FILE, dpage);
            assertThat(take(use)).isEqualTo(dpage);
            assertThat(bytes.loadLong(dpage)).isZero();
            assertThat(bytes.loadLong(dpage + size.bytes() - 8)).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(value = SeriesVersion.class, names = {"V1", "V2"})
    @DisplayName("12.2.14: as posted, the next owner reads what the last one wrote")
    void posted(SeriesVersion series) {
        try (TestMachine machine = TestMachine.nodes(series, 1, 128 * M)) {
            PoolUse use = machine.pool.use(PageSize.SIZE_2M, "/mnt");
            long dpage = take(use);
            machine.memory.bytes().storeLong(dpage, SECRET);
            use.give(FILE, dpage);
            assertThat(take(use)).isEqualTo(dpage);
            assertThat(machine.memory.bytes().loadLong(dpage)).isEqualTo(SECRET);
        }
    }

    @Test
    @DisplayName("a run is cleaned where it was written")
    void run() {
        try (TestMachine machine = TestMachine.nodes(1, 128 * M)) {
            PoolUse use = machine.pool.use(PageSize.SIZE_2M, "/mnt");
            DpageRun run = use.takeRun(FILE, MemoryPolicy.systemDefault(), 0, 0, 4);
            machine.memory.bytes().storeLong(run.physicalAddress() + 6 * M, SECRET);
            use.giveRun(FILE, run);
            assertThat(use.takeRun(FILE, MemoryPolicy.systemDefault(), 0, 0, 4)).isEqualTo(run);
            assertThat(machine.memory.bytes().loadLong(run.physicalAddress() + 6 * M)).isZero();
        }
    }

    @Test
    @DisplayName("memory that no owner has written is not cleaned: what stands there is left alone")
    void neverUsed() {
        try (TestMachine machine = TestMachine.nodes(1, 128 * M)) {
            machine.memory.bytes().storeLong(G, SECRET);
            PoolUse use = machine.pool.use(PageSize.SIZE_2M, "/mnt");
            long dpage = take(use);
            assertThat(machine.memory.bytes().loadLong(dpage)).isEqualTo(SECRET);
            use.giveUnwritten(FILE, dpage);
            assertThat(take(use)).isEqualTo(dpage);
            assertThat(machine.memory.bytes().loadLong(dpage)).isEqualTo(SECRET);
        }
    }

    @Test
    @DisplayName("what a device wrote after the file was gone is cleaned too")
    void writtenByADevice() {
        try (TestMachine machine = TestMachine.nodes(1, 128 * M)) {
            PoolUse use = machine.pool.use(PageSize.SIZE_2M, "/mnt");
            long dpage = take(use);
            machine.pool.get(dpage >> 12);
            use.giveUnwritten(FILE, dpage);
            machine.memory.bytes().storeLong(dpage, SECRET);
            machine.pool.put(dpage >> 12);
            assertThat(take(use)).isEqualTo(dpage);
            assertThat(machine.memory.bytes().loadLong(dpage)).isZero();
        }
    }

    @ParameterizedTest
    @CsvSource({"SIZE_4K, SIZE_2M", "SIZE_2M, SIZE_4K", "SIZE_2M, SIZE_1G"})
    @DisplayName("dirtiness outlasts a change of the page size")
    void anotherPageSize(PageSize before, PageSize after) {
        try (TestMachine machine = TestMachine.nodes(1, G)) {
            PoolUse use = machine.pool.use(before, "/mnt");
            long dpage = take(use);
            machine.memory.bytes().storeLong(dpage, SECRET);
            use.give(FILE, dpage);
            use.close();
            assertThat(take(machine.pool.use(after, "/mnt"))).isEqualTo(dpage);
            assertThat(machine.memory.bytes().loadLong(dpage)).isZero();
        }
    }

    @Test
    @DisplayName("dirtiness outlasts the pool: what was held when it stopped is clean for the next owner")
    void anotherPool() {
        try (TestMachine machine = TestMachine.nodes(1, 128 * M)) {
            long dpage = take(machine.pool.use(PageSize.SIZE_2M, "/mnt"));
            machine.memory.bytes().storeLong(dpage, SECRET);
            machine.restartPool();
            assertThat(take(machine.pool.use(PageSize.SIZE_2M, "/mnt"))).isEqualTo(dpage);
            assertThat(machine.memory.bytes().loadLong(dpage)).isZero();
        }
    }

    @Test
    @DisplayName("a bad frame that nobody has reported is left alone, its neighbours are cleaned")
    void badFrame() {
        try (TestMachine machine = TestMachine.nodes(1, 128 * M)) {
            PhysicalBytes bytes = machine.memory.bytes();
            PoolUse use = machine.pool.use(PageSize.SIZE_2M, "/mnt");
            long dpage = take(use);
            bytes.storeLong(dpage + 4096, SECRET);
            bytes.storeLong(dpage + 3 * 4096, SECRET);
            use.give(FILE, dpage);
            machine.memory.poison((dpage >> 12) + 2);
            assertThat(take(use)).isEqualTo(dpage);
            assertThat(bytes.loadLong(dpage + 4096)).isZero();
            assertThat(bytes.loadLong(dpage + 3 * 4096)).isZero();
        }
    }
}
