package org.dmemfs.mm.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.kernel.SeriesVersion;
import org.dmemfs.mm.AddressSpace;
import org.dmemfs.mm.BusSignal;
import org.dmemfs.mm.MapFlag;
import org.dmemfs.mm.Protection;
import org.dmemfs.mm.SignalException;
import org.dmemfs.mm.Task;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a caller sees with each patch, and what with the patch taken out. */
class PatchesTest {
    private static final String OOPS = "BUG: unable to handle page fault for address: ffffea0001000000";
    private static final Set<Protection> READ_WRITE = Set.of(Protection.READ, Protection.WRITE);

    private final TestMachine machine = new TestMachine();
    private Task task = machine.newTask();
    private AddressSpace space = task.addressSpace();

    @AfterEach
    void powerOff() {
        machine.close();
    }

    private long touched(PageSize size) {
        long address = mapped(size);
        space.storeByte(address, (byte) 1);
        return address;
    }

    private long mapped(PageSize size) {
        return space.mmap(0, TestMachine.GIB, READ_WRITE, Set.of(MapFlag.SHARED),
                machine.file(size, TestMachine.GIB), 0);
    }

    private void assertOops(Runnable call) {
        assertThatThrownBy(call::run).isInstanceOfSatisfying(SignalException.class,
                caught -> assertThat(caught.signal().kind()).isEqualTo(BusSignal.Kind.KILLED));
        assertThat(machine.logLines()).contains(OOPS);
        assertThat(task.alive()).isFalse();
        // The system stays usable: another task works on.
        task = machine.newTask();
        space = task.addressSpace();
        long address = space.mmap(0, 4096, READ_WRITE, Set.of(MapFlag.PRIVATE, MapFlag.ANONYMOUS), null, 0);
        space.storeLong(address, 3);
        assertThat(space.loadLong(address)).isEqualTo(3);
    }

    @ParameterizedTest
    @EnumSource(PageSize.class)
    void without04TheFirstFaultOopsesInLookupMemtype(PageSize size) {
        machine.with(SeriesVersion.REPAIRED, 4);
        long address = mapped(size);
        assertOops(() -> space.loadByte(address));
        assertThat(machine.logLines()).anyMatch(line -> line.startsWith("RIP: lookup_memtype"));
        machine.with(SeriesVersion.REPAIRED);
        space.loadByte(mapped(size));
    }

    @ParameterizedTest
    @ValueSource(ints = {13, 14, 19, 20})
    void without13Or14Or19Or20TheFastGupAt2MOopses(int patch) {
        machine.with(SeriesVersion.REPAIRED, patch);
        long address = touched(PageSize.SIZE_2M);
        assertOops(() -> space.getUserPagesFast(address, 1, false));
        machine.with(SeriesVersion.REPAIRED);
        assertThat(space.getUserPagesFast(touched(PageSize.SIZE_2M), 1, false)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {26, 27})
    void without26Or27TheFastGupAt1GOopses(int patch) {
        machine.with(SeriesVersion.REPAIRED, patch);
        long address = touched(PageSize.SIZE_1G);
        assertOops(() -> space.getUserPagesFast(address, 1, false));
        machine.with(SeriesVersion.REPAIRED);
        assertThat(space.getUserPagesFast(touched(PageSize.SIZE_1G), 1, false)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"13, SIZE_2M", "14, SIZE_2M", "20, SIZE_2M", "26, SIZE_1G"})
    void without13Or14Or20Or26MunmapStillWorks(int patch, PageSize size) {
        machine.with(SeriesVersion.REPAIRED, patch);
        space.munmap(touched(size), TestMachine.GIB);
        assertThat(machine.logLines()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"15, SIZE_2M, bad pmd", "17, SIZE_2M, bad pmd", "27, SIZE_1G, bad pud"})
    void without15Or17Or27MunmapFindsABadEntry(int patch, PageSize size, String said) {
        machine.with(SeriesVersion.REPAIRED, patch);
        long address = touched(size);
        space.munmap(address, TestMachine.GIB);
        assertThat(machine.logLines()).singleElement().asString().contains(said);
        machine.with(SeriesVersion.REPAIRED);
        space.munmap(touched(size), TestMachine.GIB);
        assertThat(machine.logLines()).hasSize(1);
    }

    /** The neighbour keeps its page table, which would not go without a flush. */
    @ParameterizedTest
    @ValueSource(ints = {15, 17})
    void without15Or17NoTlbIsToldAndTheTaskReadsOnWhatItUnmapped(int patch) {
        machine.with(SeriesVersion.REPAIRED, patch);
        long address = touched(PageSize.SIZE_2M);
        space.storeByte(address + PageSize.SIZE_2M.bytes(), (byte) 2);
        space.munmap(address, PageSize.SIZE_2M.bytes());
        assertThat(space.loadByte(address)).isEqualTo((byte) 1);
        machine.with(SeriesVersion.REPAIRED);
        long patched = touched(PageSize.SIZE_2M);
        space.storeByte(patched + PageSize.SIZE_2M.bytes(), (byte) 2);
        space.munmap(patched, PageSize.SIZE_2M.bytes());
        assertThatThrownBy(() -> space.loadByte(patched)).isInstanceOfSatisfying(SignalException.class,
                caught -> assertThat(caught.signal().kind()).isEqualTo(BusSignal.Kind.SEGV_MAPERR));
    }

    @ParameterizedTest
    @CsvSource({"21, SIZE_2M", "29, SIZE_1G"})
    void without21Or29FollowPfnIsEinval(int patch, PageSize size) {
        machine.with(SeriesVersion.REPAIRED, patch);
        long address = touched(size);
        MappedFileTest.assertErrno(Errno.EINVAL, () -> space.followPfn(address));
        machine.with(SeriesVersion.REPAIRED);
        assertThat(space.followPfn(address)).isEqualTo(TestMachine.DMEM_START >> 12);
    }

    /** Patch 16 is the file's: without it a split within a dpage is accepted, and the zap meets a part of a huge entry. */
    @ParameterizedTest
    @CsvSource({"SIZE_2M", "SIZE_1G"})
    void without16AMisalignedMunmapIsABug(PageSize size) {
        machine.with(SeriesVersion.REPAIRED);
        RegionFile file = machine.file(size, TestMachine.GIB);
        file.splitsAnywhere = true;
        long address = space.mmap(0, TestMachine.GIB, READ_WRITE, Set.of(MapFlag.SHARED), file, 0);
        space.storeByte(address, (byte) 1);
        assertThatThrownBy(() -> space.munmap(address + 4096, 4096)).isInstanceOf(SignalException.class);
        assertThat(machine.logLines()).anyMatch(line -> line.contains("VM_BUG_ON"));
        assertThat(task.alive()).isFalse();
        assertThat(space.counts().mapped2M() + space.counts().mapped1G()).isZero();
        assertThat(file.mapping().isMapped()).isFalse();
        assertThat(file.closed.get()).isEqualTo(file.opened.get());
    }

    @Test
    void with23MprotectThatChangesSomethingIsEinval() {
        machine.with(SeriesVersion.REPAIRED);
        long address = touched(PageSize.SIZE_2M);
        space.mprotect(address, TestMachine.GIB, READ_WRITE);
        MappedFileTest.assertErrno(Errno.EINVAL,
                () -> space.mprotect(address, TestMachine.GIB, Set.of(Protection.READ)));
        assertThat(machine.logLines()).isEmpty();
    }

    @Test
    void without23MprotectReturnsWithABadPmd() {
        machine.with(SeriesVersion.REPAIRED, 23);
        long address = touched(PageSize.SIZE_2M);
        space.mprotect(address, TestMachine.GIB, Set.of(Protection.READ));
        assertThat(machine.logLines()).singleElement().asString().contains("bad pmd");
    }

    /** Two threads meet at one huge page: the one that comes second finds the entry in place. */
    @ParameterizedTest
    @CsvSource({"REPAIRED, SIZE_2M, ''", "V2, SIZE_2M, bad pmd", "V1, SIZE_2M, bad pmd", "REPAIRED, SIZE_1G, ''",
            "V2, SIZE_1G, bad pud"})
    void aFaultOnAPresentSpecialEntryIsSpuriousAsRepaired(SeriesVersion series, PageSize size, String said) {
        machine.with(series);
        long address = touched(size);
        space.fixupUserFault(address, true);
        assertThat(String.join("", machine.logLines())).contains(said);
        assertThat(machine.logLines().isEmpty()).isEqualTo(series == SeriesVersion.REPAIRED);
        assertThat(space.counts().spuriousFaults()).isEqualTo(series == SeriesVersion.REPAIRED ? 1 : 0);
        assertThat(space.loadByte(address)).isEqualTo((byte) 1);
    }

    @ParameterizedTest
    @EnumSource(PageSize.class)
    void theSeriesStoppedWithAFileMappedAndStartedAgain(PageSize size) {
        Series series = new Series(new StaticConfiguration("repaired"));
        machine.spaces.bindHookSet(series);
        long address = touched(size);
        machine.spaces.unbindHookSet(series);
        assertThat(space.loadByte(address)).isEqualTo((byte) 1);
        Task other = machine.newTask();
        long elsewhere = other.addressSpace().mmap(0, TestMachine.GIB, READ_WRITE, Set.of(MapFlag.SHARED),
                machine.file(size, TestMachine.GIB), 0);
        assertThatThrownBy(() -> other.addressSpace().loadByte(elsewhere)).isInstanceOf(SignalException.class);
        assertThat(machine.logLines()).contains(OOPS);
        machine.spaces.bindHookSet(series);
        space.storeByte(address + TestMachine.MIB * 2, (byte) 2);
        assertThat(space.followPfn(address)).isEqualTo(TestMachine.DMEM_START >> 12);
        space.munmap(address, TestMachine.GIB);
        assertThat(space.counts().pageTablePages()).isEqualTo(1);
    }

    @Test
    void aNumberThatIsNoPatchOfTheMemoryManagerIsEinval() {
        assertThatThrownBy(() -> new PatchSet(SeriesVersion.REPAIRED, Set.of(36)))
                .isInstanceOf(ErrnoException.class).hasMessageContaining("36").hasMessageContaining("[4, 13, 14");
    }

    @Test
    void theSetSaysWhichPatchesAreInForce() {
        assertThat(new PatchSet(SeriesVersion.V2, Set.of(4, 29)).patches())
                .containsExactlyInAnyOrderElementsOf(List.of(13, 14, 15, 17, 18, 19, 20, 21, 23, 26, 27));
    }

    /** A configuration as SCR would hand it over. */
    @SuppressWarnings({"BadAnnotationImplementation", "ClassExplicitlyAnnotation"})
    private record StaticConfiguration(String series) implements Series.Configuration {
        @Override
        public int[] without() {
            return new int[0];
        }

        @Override
        public Class<Series.Configuration> annotationType() {
            return Series.Configuration.class;
        }
    }
}
