package org.dmemfs.fs.fs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.dmemfs.fs.Mount;
import org.dmemfs.fs.OpenFile;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.kernel.SeriesVersion;
import org.dmemfs.mm.FaultResult;
import org.dmemfs.mm.VmFlag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class FaultTest {
    private final PlainMachine machine = new PlainMachine(8);

    @ParameterizedTest(name = "a touch of a {0} file makes one entry of {0}")
    @EnumSource(PageSize.class)
    void aFaultMapsAWholeDpage(PageSize pageSize) {
        PlainVma vma = mapped(pageSize, 4);
        long offset = 2 * pageSize.bytes() + pageSize.bytes() - 4096;
        assertThat(touch(vma, offset)).isEqualTo(FaultResult.NOPAGE);
        assertThat(vma.mapping().entries).isEqualTo(Map.of(2 * pageSize.naturePages(),
                new PlainMapping.Entry(pageSize.naturePages(), pageSize, true)));
    }

    @ParameterizedTest(name = "{0} dpages without patch {1}: entries of {2}")
    @CsvSource({"SIZE_2M, 24, SIZE_4K", "SIZE_1G, 24, SIZE_4K", "SIZE_1G, 28, SIZE_2M", "SIZE_2M, 28, SIZE_2M"})
    void withoutItsPatchASizeFallsBack(PageSize pageSize, int without, PageSize entrySize) {
        machine.settings = PlainMachine.settings(SeriesVersion.REPAIRED, 1, without);
        PlainVma vma = mapped(pageSize, 1);
        long within = pageSize.bytes() / 2 + 5 * 4096;
        touch(vma, within);
        long first = (within >> 12) & -entrySize.naturePages();
        assertThat(vma.mapping().entries).isEqualTo(
                Map.of(first, new PlainMapping.Entry(pageSize.naturePages() + first, entrySize, true)));
    }

    @Test
    void aReadOnlyMappingGetsAnEntryThatAllowsNoStores() {
        OpenFile file = machine.file(machine.mount(PageSize.SIZE_2M), "a", 1);
        PlainVma vma = machine.map(file, 0, 1, EnumSet.of(VmFlag.READ, VmFlag.SHARED));
        touch(vma, 0);
        assertThat(vma.mapping().entry(0L).writable()).isFalse();
    }

    @Test
    void aMappingAskewToItsFileIsServedIn4K() {
        Mount mount = machine.mount(PageSize.SIZE_2M);
        PlainVma whole = machine.map(machine.file(mount, "a", 4), 0, 4);
        PlainVma askew = new PlainVma(whole.start() + 4096, whole.end() + 4096, 0, whole.flags(), whole.mapped(),
                whole.operations(), whole.policy(), whole.task());
        assertThat(new PlainFault(askew, askew.start() + (4 << 20), true).handle()).isEqualTo(FaultResult.NOPAGE);
        assertThat(askew.mapping().entry(1024L).size()).isEqualTo(PageSize.SIZE_4K);
    }

    @ParameterizedTest(name = "two mappings of one file of {0} see one frame")
    @EnumSource(PageSize.class)
    void aSharedPageIsOne(PageSize pageSize) {
        OpenFile file = machine.file(machine.mount(pageSize), "a", 1);
        PlainVma one = machine.map(file, 0, 1);
        PlainVma other = machine.map(file, 0, 1);
        touch(one, 0);
        touch(other, 0);
        assertThat(machine.pool.used()).hasSize(1);
    }

    @ParameterizedTest(name = "beyond the end of a {0} file in series {1}: {2}")
    @CsvSource({"SIZE_4K, REPAIRED, SIGBUS", "SIZE_2M, REPAIRED, SIGBUS", "SIZE_1G, REPAIRED, SIGBUS",
            "SIZE_4K, V2, NEGATIVE_ERRNO", "SIZE_4K, V1, NEGATIVE_ERRNO", "SIZE_2M, V2, SIGBUS", "SIZE_1G, V1, SIGBUS"})
    void nothingStandsBehindTheEnd(PageSize pageSize, SeriesVersion series, FaultResult expected) {
        machine.settings = PlainMachine.settings(series, 1);
        OpenFile file = machine.file(machine.mount(pageSize), "a", 2);
        PlainVma vma = machine.map(file, 0, 3);
        assertThat(touch(vma, 2 * pageSize.bytes())).isEqualTo(expected);
        assertThat(machine.pool.used()).isEmpty();
    }

    @Test
    void aPageOffsetBeyondTheLargestFileIsSigbus() {
        PlainVma vma = mapped(PageSize.SIZE_4K, 1);
        PlainVma far = new PlainVma(vma.start(), vma.end(), Long.MAX_VALUE >>> 12, vma.flags(), vma.mapped(),
                vma.operations(), vma.policy(), vma.task());
        assertThat(touch(far, 0)).isEqualTo(FaultResult.SIGBUS);
        PlainVma beyond = new PlainVma(vma.start(), vma.end(), Long.MAX_VALUE - 8, vma.flags(), vma.mapped(),
                vma.operations(), vma.policy(), vma.task());
        assertThat(touch(beyond, 0)).isEqualTo(FaultResult.SIGBUS);
    }

    @ParameterizedTest(name = "an exhausted pool at {0} in series {1}: {2}")
    @CsvSource({"SIZE_4K, REPAIRED, SIGBUS", "SIZE_2M, REPAIRED, SIGBUS", "SIZE_4K, V2, NEGATIVE_ERRNO",
            "SIZE_2M, V1, SIGBUS"})
    void exhaustionIsASignalAndIsExplained(PageSize pageSize, SeriesVersion series, FaultResult expected) {
        machine.settings = PlainMachine.settings(series, 1);
        PlainVma vma = mapped(pageSize, 9);
        for (int index = 0; index < 8; index++) {
            assertThat(touch(vma, index * pageSize.bytes())).isEqualTo(FaultResult.NOPAGE);
        }
        assertThat(touch(vma, 8 * pageSize.bytes())).isEqualTo(expected);
        assertThat(machine.logged("no free dpage")).singleElement().asString().contains("/mnt/a", "worker", "0 free",
                "8");
    }

    @ParameterizedTest(name = "batch {0}, file of {1}, entry at {2}, touch {3}: {4} entries")
    @CsvSource({"1, 8, , 0, 1", "4, 8, , 0, 4", "4, 8, , 6, 2", "4, 8, 2, 0, 3", "4, 8, 1, 0, 2", "100, 8, , 0, 8",
            "100, 3, , 0, 3", "100, 8, 5, 2, 4"})
    void oneFaultTakesABatch(int batch, int dpages, Integer present, int touched, int entries) {
        PlainVma vma = mapped(PageSize.SIZE_2M, dpages);
        if (present != null) {
            touch(vma, present * PageSize.SIZE_2M.bytes());
        }
        machine.settings = PlainMachine.settings(SeriesVersion.REPAIRED, batch);
        touch(vma, touched * PageSize.SIZE_2M.bytes());
        assertThat(machine.pool.used()).hasSize(entries);
        assertThat(vma.mapping().entries).as("only what was touched is mapped").hasSize(present == null ? 1 : 2);
    }

    @Test
    void withoutPatch10OneFaultFillsToTheEnd() {
        machine.settings = PlainMachine.settings(SeriesVersion.REPAIRED, 1, 10);
        touch(mapped(PageSize.SIZE_2M, 6), 0);
        assertThat(machine.pool.used()).hasSize(6);
    }

    @Test
    void aBatchHoardsWhatAnotherFileThenLacks() {
        machine.settings = PlainMachine.settings(SeriesVersion.REPAIRED, 8);
        Mount mount = machine.mount(PageSize.SIZE_4K);
        touch(machine.map(machine.file(mount, "hoarder", 8), 0, 8), 0);
        assertThat(touch(machine.map(machine.file(mount, "other", 1), 0, 1), 0)).isEqualTo(FaultResult.SIGBUS);
    }

    @ParameterizedTest(name = "series {0}: \"{1}\"")
    @CsvSource({"REPAIRED, dmemfs_radix_tree_insert 3 1", "V2, dmemfs_radix_tree_insert 3 0",
            "V1, dmemfs_radix_tree_insert 3 0"})
    void theInsertEventShowsTheEntrySinceTheRepair(SeriesVersion series, String event) {
        machine.settings = PlainMachine.settings(series, 1);
        PlainVma vma = mapped(PageSize.SIZE_4K, 4);
        touch(vma, 3 * 4096);
        ((OpenFile) vma.mapped()).truncate(0);
        assertThat(machine.events).containsExactly(event, "dmemfs_radix_tree_delete 3 1");
    }

    @ParameterizedTest(name = "series {0}: {1} dpages taken for one index, frame {2} mapped, frame {3} in the file")
    @CsvSource({"REPAIRED, 1, 2, 2", "V2, 2, 2, 1", "V1, 2, 2, 1"})
    void aFaultThatAnotherOvertakes(SeriesVersion series, int taken, long mapped, long inFile) {
        machine.settings = PlainMachine.settings(series, 1);
        PlainVma vma = mapped(PageSize.SIZE_4K, 1);
        machine.pool.duringNextTake(() -> touch(vma, 0));
        assertThat(touch(vma, 0)).isEqualTo(FaultResult.NOPAGE);
        assertThat(machine.pool.used()).hasSize(taken);
        assertThat(vma.mapping().entry(0).pfn()).isEqualTo(mapped);
        assertThat(((OpenFile) vma.mapped()).frameAt(0)).hasValue(inFile);
    }

    @Test
    void aMountsLimitIsReachedBeforeThePoolIsEmpty() {
        Mount mount = machine.type.mount("/small", "pagesize=2M,size=4M");
        PlainVma vma = machine.map(machine.file(mount, "a", 3), 0, 3);
        assertThat(touch(vma, 0)).isEqualTo(FaultResult.NOPAGE);
        assertThat(touch(vma, 2 << 20)).isEqualTo(FaultResult.NOPAGE);
        assertThat(mount.statfs().freeBlocks()).isZero();
        assertThat(touch(vma, 4 << 20)).isEqualTo(FaultResult.SIGBUS);
        assertThat(machine.logged("size=4M")).hasSize(1);
        ((OpenFile) vma.mapped()).truncate(2 << 20);
        assertThat(mount.statfs().freeBlocks()).isEqualTo(1);
        assertThat(mount.statfs().blocks()).isEqualTo(2);
    }

    private PlainVma mapped(PageSize pageSize, long dpages) {
        return machine.map(machine.file(machine.mount(pageSize), "a", dpages), 0, dpages,
                Set.of(VmFlag.READ, VmFlag.WRITE, VmFlag.SHARED));
    }

    private static FaultResult touch(PlainVma vma, long offset) {
        return new PlainFault(vma, vma.start() + offset, true).handle();
    }
}
