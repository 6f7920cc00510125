package org.dmemfs.core.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.dmemfs.core.pool.TestMachine.FILE;
import static org.dmemfs.core.pool.TestMachine.G;
import static org.dmemfs.core.pool.TestMachine.refused;
import static org.dmemfs.core.pool.TestMachine.region;

import org.dmemfs.core.PoolUse;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.MemoryPolicy;
import org.dmemfs.kernel.NodeMask;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.kernel.SeriesVersion;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the pool answers while a patch is taken out of it (facts 15). */
class PatchesOutTest {
    @ParameterizedTest
    @CsvSource({"BIND, 0", "PREFERRED, 0", "INTERLEAVE, 0"})
    @DisplayName("without 12 policies are ignored, at once, and heeded again with it back")
    void policies(MemoryPolicy.Mode mode, int node) {
        MemoryPolicy policy = new MemoryPolicy(mode, NodeMask.of(1));
        try (TestMachine machine = TestMachine.nodes(2, 2 * G);
                PoolUse use = machine.pool.use(PageSize.SIZE_1G, "/mnt")) {
            machine.pool.takeOut(PatchesOut.of(12));
            assertThat(machine.nodeOf(use.take(FILE, policy, 0, node))).isEqualTo(node);
            machine.pool.takeOut(PatchesOut.of());
            assertThat(machine.nodeOf(use.take(FILE, policy, 0, node))).isEqualTo(1);
            machine.assertLedger();
        }
    }

    @ParameterizedTest
    @CsvSource({"128, true", "129, false"})
    @DisplayName("without 30 a region over 128 GiB is ENOMEM")
    void errorBitmap(long gibibytes, boolean granted) {
        try (TestMachine machine = TestMachine.with(SeriesVersion.REPAIRED, region(0, G, gibibytes * G))) {
            machine.pool.takeOut(PatchesOut.of(30));
            if (!granted) {
                refused(Errno.ENOMEM, () -> machine.pool.use(PageSize.SIZE_1G, "/mnt"), "error bitmap", "4227072",
                        "4194304");
                machine.pool.takeOut(PatchesOut.of());
            }
            try (PoolUse use = machine.pool.use(PageSize.SIZE_1G, "/mnt")) {
                assertThat(use.pageSize()).isEqualTo(PageSize.SIZE_1G);
                assertThat(machine.node(0).total()).isEqualTo(gibibytes);
            }
        }
    }

    @Test
    @DisplayName("without 35 there is no count, from the first use to the last: get and put do nothing")
    void counts() {
        try (TestMachine machine = TestMachine.nodes(1, 2 * G)) {
            machine.pool.takeOut(PatchesOut.of(35));
            try (PoolUse use = machine.pool.use(PageSize.SIZE_1G, "/mnt")) {
                machine.pool.takeOut(PatchesOut.of());
                long address = use.take(FILE, MemoryPolicy.systemDefault(), 0, 0);
                machine.pool.get(address >> 12);
                use.give(FILE, address);
                assertThat(machine.node(0).free()).as("freed under whoever got a reference").isEqualTo(2);
                machine.pool.put(address >> 12);
                machine.assertLedger();
            }
            try (PoolUse use = machine.pool.use(PageSize.SIZE_1G, "/mnt")) {
                long address = use.take(FILE, MemoryPolicy.systemDefault(), 0, 0);
                machine.pool.get(address >> 12);
                use.give(FILE, address);
                assertThat(machine.node(0).free()).isEqualTo(1);
                machine.pool.put(address >> 12);
                assertThat(machine.node(0).free()).isEqualTo(2);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 38, -1})
    void aNumberThatIsNoPatchIsEinval(int number) {
        refused(Errno.EINVAL, () -> PatchesOut.of(number), String.valueOf(number), "1 to 37");
    }
}
