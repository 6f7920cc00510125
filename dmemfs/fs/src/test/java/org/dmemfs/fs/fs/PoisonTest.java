package org.dmemfs.fs.fs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.dmemfs.core.MemoryFailureFlag;
import org.dmemfs.core.PoisonOutcome;
import org.dmemfs.fs.Mount;
import org.dmemfs.fs.OpenFile;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.kernel.SeriesVersion;
import org.dmemfs.mm.FaultResult;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A file of four dpages, all mapped and touched; the third page of 4K of its second dpage goes bad (at 4K: the only). */
class PoisonTest {
    private static final Set<MemoryFailureFlag> FLAGS = Set.of(MemoryFailureFlag.ACTION_REQUIRED);

    private final PlainMachine machine = new PlainMachine(8);

    @ParameterizedTest(name = "{0}")
    @EnumSource(PageSize.class)
    void theEntryGoesAndTheOthersStay(PageSize pageSize) {
        PlainVma vma = touched(pageSize);
        assertThat(poison(pageSize)).isEqualTo(PoisonOutcome.USED_ANNOUNCED);
        long pages = pageSize.naturePages();
        assertThat(vma.mapping().entries.keySet()).containsExactlyInAnyOrder(0L, 2 * pages, 3 * pages);
    }

    @ParameterizedTest(name = "{0}: page {1} of the file, lsb 12")
    @CsvSource({"SIZE_4K, 1", "SIZE_2M, 514", "SIZE_1G, 262146"})
    void theFailingPageItselfIsReported(PageSize pageSize, long pageOffset) {
        PlainVma vma = touched(pageSize);
        poison(pageSize);
        assertThat(machine.announcements)
                .containsExactly(new PlainMachine.Announcement(vma.mapping(), pageOffset, 12, FLAGS));
    }

    @ParameterizedTest(name = "{0} in {1}: page {2} of the file, lsb 12, and the entry stays")
    @CsvSource({"SIZE_4K, V2, 1", "SIZE_2M, V2, 512", "SIZE_1G, V1, 262144"})
    void asPostedTheDpagesStartIsReportedAndNothingUnmapped(PageSize pageSize, SeriesVersion series, long pageOffset) {
        machine.settings = PlainMachine.settings(series, 1);
        PlainVma vma = touched(pageSize);
        poison(pageSize);
        assertThat(machine.announcements)
                .containsExactly(new PlainMachine.Announcement(vma.mapping(), pageOffset, 12, FLAGS));
        assertThat(vma.mapping().entries).hasSize(4);
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource(value = PageSize.class, names = {"SIZE_2M", "SIZE_1G"})
    void aHugeDpageIsMappedIn4KFromThenOnAllButItsBadPage(PageSize pageSize) {
        PlainVma vma = touched(pageSize);
        poison(pageSize);
        long dpage = vma.start() + pageSize.bytes();
        assertThat(touch(vma, dpage + 2 * 4096)).isEqualTo(FaultResult.HWPOISON);
        assertThat(touch(vma, dpage + 3 * 4096)).isEqualTo(FaultResult.NOPAGE);
        assertThat(vma.mapping().entries.get(pageSize.naturePages() + 3))
                .isEqualTo(new PlainMapping.Entry(2 * pageSize.naturePages() + 3, PageSize.SIZE_4K, true));
        assertThat(vma.mapping().entries).doesNotContainKey(pageSize.naturePages() + 2);
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource(PageSize.class)
    void thePageIsBadForTheNextMapperToo(PageSize pageSize) {
        PlainVma vma = touched(pageSize);
        vma.unmap();
        poison(pageSize);
        PlainVma next = machine.map((OpenFile) vma.mapped(), 0, 4);
        long within = Math.min(2 * 4096, pageSize.bytes() - 4096);
        assertThat(touch(next, next.start() + pageSize.bytes() + within)).isEqualTo(FaultResult.HWPOISON);
    }

    @ParameterizedTest(name = "{0}: lsb {1}, page {2} of the file")
    @CsvSource({"SIZE_4K, 12, 1", "SIZE_2M, 21, 512", "SIZE_1G, 30, 262144"})
    void wholeLosesTheDpage(PageSize pageSize, int leastSignificantBit, long pageOffset) {
        machine.settings = new Settings(SeriesVersion.REPAIRED, 1, true, 0);
        PlainVma vma = touched(pageSize);
        poison(pageSize);
        assertThat(machine.announcements)
                .containsExactly(new PlainMachine.Announcement(vma.mapping(), pageOffset, leastSignificantBit, FLAGS));
        assertThat(touch(vma, vma.start() + pageSize.bytes())).isEqualTo(FaultResult.HWPOISON_LARGE);
        assertThat(touch(vma, vma.start() + 2 * pageSize.bytes() - 4096)).isEqualTo(FaultResult.HWPOISON_LARGE);
        assertThat(touch(vma, vma.start() + 2 * pageSize.bytes())).isEqualTo(FaultResult.NOPAGE);
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource(PageSize.class)
    void theDpageRetiresWithItsFile(PageSize pageSize) {
        PlainVma vma = touched(pageSize);
        poison(pageSize);
        ((OpenFile) vma.mapped()).truncate(0);
        assertThat(machine.pool.retired()).isEqualTo(1);
        assertThat(machine.pool.free()).isEqualTo(7);
    }

    @Test
    void aPageThatWentBadBeforeItsDpageHadAnOwnerIsNeverMapped() {
        Mount mount = machine.mount(PageSize.SIZE_2M);
        machine.ownership.badFrames().add(512 + 2);
        PlainVma vma = machine.map(machine.file(mount, "a", 1), 0, 1);
        assertThat(touch(vma, vma.start() + 2 * 4096)).isEqualTo(FaultResult.HWPOISON);
        assertThat(touch(vma, vma.start())).isEqualTo(FaultResult.NOPAGE);
        assertThat(vma.mapping().entry(0L).size()).isEqualTo(PageSize.SIZE_4K);
    }

    @Test
    void aBatchedDpageThatNobodyMappedIsFoundByItsOwner() {
        machine.settings = PlainMachine.settings(SeriesVersion.REPAIRED, 4);
        PlainVma vma = machine.map(machine.file(machine.mount(PageSize.SIZE_2M), "a", 4), 0, 4);
        touch(vma, vma.start());
        assertThat(poison(PageSize.SIZE_2M)).isEqualTo(PoisonOutcome.USED_ANNOUNCED);
        assertThat(machine.announcements).hasSize(1);
        assertThat(touch(vma, vma.start() + (2 << 20) + 2 * 4096)).isEqualTo(FaultResult.HWPOISON);
    }

    @Test
    void withoutPatch32NobodyIsTold() {
        PlainVma vma = touched(PageSize.SIZE_2M);
        machine.settings = PlainMachine.settings(SeriesVersion.REPAIRED, 1, 32);
        assertThat(poison(PageSize.SIZE_2M)).isEqualTo(PoisonOutcome.USED_ANNOUNCED);
        assertThat(machine.announcements).isEmpty();
        assertThat(vma.mapping().entries).hasSize(4);
    }

    private PlainVma touched(PageSize pageSize) {
        PlainVma vma = machine.map(machine.file(machine.mount(pageSize), "a", 4), 0, 4);
        for (int index = 0; index < 4; index++) {
            touch(vma, vma.start() + index * pageSize.bytes());
        }
        return vma;
    }

    private PoisonOutcome poison(PageSize pageSize) {
        return machine.pool.memoryFailure(2 * pageSize.naturePages() + Math.min(2, pageSize.naturePages() - 1), FLAGS);
    }

    private static FaultResult touch(PlainVma vma, long virtualAddress) {
        return new PlainFault(vma, virtualAddress, true).handle();
    }
}
