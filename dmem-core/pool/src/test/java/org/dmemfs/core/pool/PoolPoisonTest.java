package org.dmemfs.core.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.dmemfs.core.pool.TestMachine.FILE;
import static org.dmemfs.core.pool.TestMachine.G;
import static org.dmemfs.core.pool.TestMachine.M;
import static org.dmemfs.core.pool.TestMachine.refused;
import static org.dmemfs.core.pool.TestMachine.region;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.dmemfs.core.MemoryFailureFlag;
import org.dmemfs.core.PoisonEvent;
import org.dmemfs.core.PoisonListener;
import org.dmemfs.core.PoisonOutcome;
import org.dmemfs.core.PoolUse;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.MemoryPolicy;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.kernel.SeriesVersion;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class PoolPoisonTest {
    private static final Set<MemoryFailureFlag> FLAGS = Set.of(MemoryFailureFlag.MUST_KILL);

    private static long take(PoolUse use) {
        return use.take(FILE, MemoryPolicy.systemDefault(), 0, 0);
    }

    @Test
    @DisplayName("a free dpage retires at once: free falls, total stays, it is never given out")
    void free() {
        try (TestMachine machine = TestMachine.nodes(1, 2 * G)) {
            PoolUse use = machine.pool.use(PageSize.SIZE_1G, "/mnt");
            long pfn = (G >> 12) + 77;
            assertThat(machine.pool.memoryFailure(pfn, FLAGS)).isEqualTo(PoisonOutcome.FREE_RETIRED);
            assertThat(machine.events).endsWith("dmem_memory_failure pfn=" + pfn + " used=0");
            assertThat(machine.node(0).retired()).isEqualTo(1);
            assertThat(machine.node(0).total()).isEqualTo(2);
            machine.assertLedger();
            assertThat(take(use)).isEqualTo(2 * G);
            assertThat(machine.node(0).free()).isZero();
            machine.assertLedger();
        }
    }

    @Test
    @DisplayName("a used dpage is announced, and retires when its last reference goes")
    void used() {
        try (TestMachine machine = TestMachine.nodes(1, 128 * M)) {
            List<PoisonEvent> heard = new ArrayList<>();
            machine.pool.listeners().add(Ranked.of(heard::add, Map.of()));
            PoolUse use = machine.pool.use(PageSize.SIZE_2M, "/mnt");
            long dpage = take(use);
            machine.pool.get(dpage >> 12);
            long pfn = (dpage >> 12) + 3;
            assertThat(machine.pool.memoryFailure(pfn, FLAGS)).isEqualTo(PoisonOutcome.USED_ANNOUNCED);
            assertThat(heard).containsExactly(new PoisonEvent(pfn, dpage, PageSize.SIZE_2M, FLAGS));
            assertThat(machine.events).endsWith("dmem_memory_failure pfn=" + pfn + " used=1");
            use.give(FILE, dpage);
            assertThat(machine.node(0).retired()).isZero();
            machine.assertLedger();
            machine.pool.put(dpage >> 12);
            assertThat(machine.node(0).retired()).isEqualTo(1);
            assertThat(machine.node(0).free()).isEqualTo(63);
            machine.assertLedger();
            for (int taken = 0; taken < 63; taken++) {
                assertThat(take(use)).isNotEqualTo(dpage);
            }
        }
    }

    @Test
    @DisplayName("a second report of a frame does nothing; another frame of a retired dpage changes no count")
    void reportedTwice() {
        try (TestMachine machine = TestMachine.nodes(1, 128 * M)) {
            machine.pool.use(PageSize.SIZE_2M, "/mnt");
            long pfn = G >> 12;
            machine.pool.memoryFailure(pfn, FLAGS);
            assertThat(machine.pool.memoryFailure(pfn, FLAGS)).isEqualTo(PoisonOutcome.ALREADY_KNOWN);
            machine.pool.memoryFailure(pfn + 1, FLAGS);
            assertThat(machine.node(0).retired()).isEqualTo(1);
            assertThat(machine.pool.badFrames()).containsExactly(pfn, pfn + 1);
            machine.assertLedger();
        }
    }

    @Test
    @DisplayName("a frame outside of the regions is not the pool's, one in a slack end is in no dpage")
    void elsewhere() {
        try (TestMachine machine = TestMachine.with(SeriesVersion.REPAIRED, region(0, G - 128 * M, G + 128 * M))) {
            machine.pool.use(PageSize.SIZE_1G, "/mnt");
            assertThat(machine.pool.memoryFailure(1, FLAGS)).isEqualTo(PoisonOutcome.NOT_DMEM);
            assertThat(machine.pool.memoryFailure((G - 4096) >> 12, FLAGS)).isEqualTo(PoisonOutcome.IN_NO_DPAGE);
            assertThat(machine.pool.badFrames()).containsExactly((G - 4096) >> 12);
        }
    }

    @Test
    @DisplayName("what went bad before the use is in neither total nor free, also after a restart of the pool")
    void badBeforeTheUse() {
        try (TestMachine machine = TestMachine.nodes(1, 128 * M)) {
            assertThat(machine.pool.memoryFailure(G >> 12, FLAGS)).isEqualTo(PoisonOutcome.IN_NO_DPAGE);
            PoolUse use = machine.pool.use(PageSize.SIZE_2M, "/mnt");
            assertThat(machine.node(0).total()).isEqualTo(63);
            assertThat(machine.node(0).retired()).isZero();
            assertThat(take(use)).isEqualTo(G + 2 * M);
            machine.assertLedger();
            machine.memory.poison((G >> 12) + 512);
            machine.restartPool();
            machine.pool.use(PageSize.SIZE_2M, "/mnt");
            assertThat(machine.node(0).total()).as("the one that was reported, and the one that went bad untold")
                    .isEqualTo(62);
            assertThat(machine.pool.badFrames()).containsExactly(G >> 12, (G >> 12) + 512);
        }
    }

    @Test
    @DisplayName("listeners are called in service order and outside of the pool: they may call it; one that throws harms none")
    void listeners() {
        try (TestMachine machine = TestMachine.nodes(1, 128 * M)) {
            List<String> heard = new ArrayList<>();
            PoisonListener low = event -> heard.add("low " + machine.pool.usage().nodes().get(0).used());
            PoisonListener high = event -> {
                heard.add("high");
                throw new IllegalStateException("broken");
            };
            machine.pool.listeners().add(Ranked.of(low, Map.of("service.ranking", 1, "service.id", 1L)));
            machine.pool.listeners().add(Ranked.of(high, Map.of("service.ranking", 2, "service.id", 2L)));
            long dpage = take(machine.pool.use(PageSize.SIZE_2M, "/mnt"));
            machine.pool.memoryFailure(dpage >> 12, FLAGS);
            assertThat(heard).containsExactly("high", "low 1");
        }
    }

    @Test
    @DisplayName("a dpage that retires cannot be referenced")
    void retiredIsNotUsed() {
        try (TestMachine machine = TestMachine.nodes(1, 128 * M)) {
            machine.pool.use(PageSize.SIZE_2M, "/mnt");
            machine.pool.memoryFailure(G >> 12, FLAGS);
            refused(Errno.EINVAL, () -> machine.pool.get(G >> 12));
            assertThat(machine.pool.references(G >> 12)).isZero();
        }
    }
}
