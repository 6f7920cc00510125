package org.dmemfs.tracing.ftrace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicLong;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.tracing.Statistic;
import org.junit.jupiter.api.Test;

/** The debugfs tree (patch 08, section 2.10): one decimal u64 and a line feed per file. */
class DebugfsTest {
    private final Debugfs debugfs = new Debugfs(true);

    @Test
    void fileIsReadAnewEachTime() {
        AtomicLong free = new AtomicLong(512);
        debugfs.addStatistic(new Statistic("dmem/free_dpages", "dpages", free::get));

        assertThat(debugfs.read("dmem/free_dpages")).isEqualTo("512\n");
        free.decrementAndGet();
        assertThat(debugfs.read("dmem/free_dpages")).isEqualTo("511\n");
    }

    @Test
    void numberIsUnsigned() {
        debugfs.addStatistic(new Statistic("dmem/unaligned_pages", "pages of 4K", () -> -1));

        assertThat(debugfs.read("dmem/unaligned_pages")).isEqualTo("18446744073709551615\n");
    }

    @Test
    void newerStatisticOfAPathStaysWhenTheOlderGoes() {
        Statistic older = new Statistic("dmem/region_num", "regions", () -> 1);
        Statistic newer = new Statistic("dmem/region_num", "regions", () -> 2);
        debugfs.addStatistic(older);
        debugfs.addStatistic(newer);
        debugfs.removeStatistic(older);

        assertThat(debugfs.read("dmem/region_num")).isEqualTo("2\n");
    }

    @Test
    void withoutPatch08ThereIsNoFileUntilItIsBack() {
        debugfs.addStatistic(new Statistic("dmem/region_num", "regions", () -> 1));
        debugfs.show(false);

        assertThat(debugfs.files()).isEmpty();
        assertThatThrownBy(() -> debugfs.read("dmem/region_num")).isInstanceOf(ErrnoException.class)
                .hasMessageContaining("there are none");
        debugfs.show(true);
        assertThat(debugfs.read("dmem/region_num")).isEqualTo("1\n");
    }

    @Test
    void fileGoesWithItsStatistic() {
        Statistic statistic = new Statistic("dmem/node0/total_dpages", "dpages", () -> 1);
        debugfs.addStatistic(statistic);
        debugfs.removeStatistic(statistic);

        assertThat(debugfs.files()).isEmpty();
        assertThatThrownBy(() -> debugfs.read("dmem/node0/total_dpages")).isInstanceOf(ErrnoException.class)
                .hasMessageContaining("/sys/kernel/debug/dmem/node0/total_dpages");
    }
}
