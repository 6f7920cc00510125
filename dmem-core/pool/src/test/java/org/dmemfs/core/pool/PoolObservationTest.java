package org.dmemfs.core.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.dmemfs.core.pool.TestMachine.FILE;
import static org.dmemfs.core.pool.TestMachine.G;
import static org.dmemfs.core.pool.TestMachine.M;
import static org.dmemfs.core.pool.TestMachine.region;

import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.dmemfs.core.DpageRun;
import org.dmemfs.core.PoolUse;
import org.dmemfs.core.llfree.LlfreeAllocatorFactory;
import org.dmemfs.kernel.MemoryPolicy;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.kernel.SeriesVersion;
import org.dmemfs.tracing.Statistic;
import org.dmemfs.tracing.Tracepoint.Format;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PoolObservationTest {
    private static Map<String, Long> files(TestMachine machine) {
        return new DmemStatistics(machine.pool).all().stream()
                .collect(Collectors.toMap(Statistic::path, Statistic::read));
    }

    @Test
    @DisplayName("2.10: before any use the files show the regions and zeros")
    void unused() {
        try (TestMachine machine = TestMachine.with(SeriesVersion.REPAIRED, region(0, G, 256 * M),
                region(2, G, 128 * M))) {
            assertThat(files(machine)).containsExactlyInAnyOrderEntriesOf(Map.of("dmem/region_num", 2L,
                    "dmem/registered_pages", 98_304L, "dmem/unaligned_pages", 0L, "dmem/dpage_shift", 0L,
                    "dmem/total_dpages", 0L, "dmem/free_dpages", 0L, "dmem/node0/total_dpages", 0L,
                    "dmem/node0/free_dpages", 0L, "dmem/node2/total_dpages", 0L, "dmem/node2/free_dpages", 0L));
        }
    }

    @Test
    @DisplayName("2.10: in use the files count dpages of the size in use")
    void inUse() {
        try (TestMachine machine = TestMachine.with(SeriesVersion.REPAIRED, region(0, G - 128 * M, 2 * G),
                region(1, G, G))) {
            PoolUse use = machine.pool.use(PageSize.SIZE_1G, "/mnt");
            use.take(FILE, MemoryPolicy.systemDefault(), 0, 1);
            assertThat(files(machine)).containsEntry("dmem/unaligned_pages", 262_144L)
                    .containsEntry("dmem/dpage_shift", 30L).containsEntry("dmem/total_dpages", 2L)
                    .containsEntry("dmem/free_dpages", 1L).containsEntry("dmem/node0/free_dpages", 1L)
                    .containsEntry("dmem/node1/total_dpages", 1L).containsEntry("dmem/node1/free_dpages", 0L);
        }
    }

    @Test
    @DisplayName("2.11: the events have these names, fields and formats")
    void events() {
        try (TestMachine machine = TestMachine.nodes(1, 128 * M)) {
            assertThat(machine.pool.trace().all()).allMatch(tracepoint -> tracepoint.system().equals("dmem"));
            assertThat(machine.pool.trace().all().stream()
                    .map(tracepoint -> tracepoint.name() + tracepoint.fields().stream()
                            .map(field -> (field.format() == Format.HEXADECIMAL ? "%x " : "%d ") + field.name())
                            .toList()))
                    .containsExactly("dmem_alloc_init[%d dpage_shift]",
                            "dmem_alloc_pages_node[%x addr, %d node, %d try_max, %d result_nr]",
                            "dmem_free_pages[%x addr, %d dpages_nr]", "dmem_memory_failure[%x pfn, %d used]");
        }
    }

    @Test
    @DisplayName("2.11: one event for the use, one for each node tried, one for the real free")
    void sequence() {
        try (TestMachine machine = TestMachine.with(SeriesVersion.REPAIRED, region(1, G, G))) {
            PoolUse use = machine.pool.use(PageSize.SIZE_1G, "/mnt");
            long dpage = use.take(FILE, MemoryPolicy.systemDefault(), 0, 0);
            machine.pool.get(dpage >> 12);
            use.give(FILE, dpage);
            machine.pool.put(dpage >> 12);
            assertThat(machine.events).containsExactly("dmem_alloc_init dpage_shift=30",
                    "dmem_alloc_pages_node addr=0 node=0 try_max=1 result_nr=0",
                    "dmem_alloc_pages_node addr=" + dpage + " node=1 try_max=1 result_nr=1",
                    "dmem_free_pages addr=" + dpage + " dpages_nr=1");
        }
    }

    @Test
    @DisplayName("2.11: a run given back is one event for neighbours that are freed")
    void runGivenBack() {
        try (TestMachine machine = TestMachine.nodes(1, 128 * M)) {
            PoolUse use = machine.pool.use(PageSize.SIZE_2M, "/mnt");
            DpageRun run = use.takeRun(FILE, MemoryPolicy.systemDefault(), 0, 0, 6);
            machine.pool.get((run.physicalAddress() + 4 * M) >> 12);
            machine.events.clear();
            use.giveRun(FILE, run);
            assertThat(machine.events).containsExactly("dmem_free_pages addr=" + run.physicalAddress() + " dpages_nr=2",
                    "dmem_free_pages addr=" + (run.physicalAddress() + 6 * M) + " dpages_nr=3");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"bitmap", "llfree"})
    @DisplayName("320 GiB at 2M: at most 0.8 MiB outside the heap, fully taken and with 1,000 bad pages")
    void metadata(String allocator) {
        try (TestMachine machine = TestMachine.with(SeriesVersion.REPAIRED, region(0, G, 320 * G))) {
            machine.pool.offer(new LlfreeAllocatorFactory(), Map.of("service.id", 2L, "service.ranking", -1));
            machine.pool.exchange(allocator);
            PoolUse use = machine.pool.use(PageSize.SIZE_2M, "/mnt");
            for (long bad = 0; bad < 1000; bad++) {
                machine.pool.memoryFailure((G >> 12) + bad * 80_000, Set.of());
            }
            assertThat(machine.node(0).retired()).isEqualTo(1000);
            for (long left = machine.node(0).free(); left > 0; left--) {
                use.take(FILE, MemoryPolicy.systemDefault(), 0, 0);
            }
            assertThat(machine.pool.read(Carving::metadataBytes)).isBetween(640L << 10, 819L << 10);
            machine.assertLedger();
        }
    }

    @Test
    @DisplayName("16 TiB at 4K, 2^32 dpages: what is not used costs nothing, with either allocator")
    void sparse() {
        try (TestMachine machine = TestMachine.with(SeriesVersion.REPAIRED, region(0, G, 16L << 40))) {
            machine.pool.offer(new LlfreeAllocatorFactory(), Map.of("service.id", 2L, "service.ranking", -1));
            PoolUse use = machine.pool.use(PageSize.SIZE_4K, "/mnt");
            use.takeRun(FILE, MemoryPolicy.systemDefault(), 0, 0, 1000);
            assertThat(machine.node(0).total()).isEqualTo(1L << 32);
            machine.assertLedger();
            assertThat(machine.pool.exchange("llfree").agrees()).isTrue();
            use.takeRun(FILE, MemoryPolicy.systemDefault(), 0, 0, 1000);
            machine.assertLedger();
        }
    }
}
