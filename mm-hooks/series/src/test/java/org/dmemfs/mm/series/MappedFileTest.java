package org.dmemfs.mm.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.mm.AddressSpace;
import org.dmemfs.mm.BusSignal;
import org.dmemfs.mm.EntryBit;
import org.dmemfs.mm.FaultResult;
import org.dmemfs.mm.MapFlag;
import org.dmemfs.mm.MappingCounts;
import org.dmemfs.mm.Protection;
import org.dmemfs.mm.SignalException;
import org.dmemfs.mm.Task;
import org.dmemfs.mm.WalkStep;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A task maps a file of dmem: faults at three sizes, what the entries look like, and what the kernel's parts get. */
class MappedFileTest {
    private static final Set<Protection> READ_WRITE = Set.of(Protection.READ, Protection.WRITE);
    private static final Set<MapFlag> SHARED = Set.of(MapFlag.SHARED);

    private final TestMachine machine = TestMachine.repaired();
    private final Task task = machine.newTask();
    private final AddressSpace space = task.addressSpace();

    @AfterEach
    void powerOff() {
        machine.close();
    }

    private long map(RegionFile file) {
        return space.mmap(0, file.bytes, READ_WRITE, SHARED, file, 0);
    }

    @ParameterizedTest(name = "{0}: faults {1} {2} {3}, {4} table pages")
    @CsvSource({"SIZE_4K, 0, 0, 1, 4", "SIZE_2M, 0, 1, 0, 3", "SIZE_1G, 1, 0, 0, 2"})
    void aTouchIsAnsweredAtThePageSizeOfTheFile(PageSize size, long pud, long pmd, long pte, long tables) {
        long address = map(machine.file(size, TestMachine.GIB));
        space.storeLong(address + 8, 42);
        assertThat(space.loadLong(address + 8)).isEqualTo(42);
        MappingCounts counts = space.counts();
        assertThat(List.of(counts.pudFaults(), counts.pmdFaults(), counts.pteFaults(), counts.pageTablePages()))
                .containsExactly(pud, pmd, pte, tables);
        assertThat(space.mappingLevel(address)).isEqualTo(size);
    }

    @ParameterizedTest
    @EnumSource(PageSize.class)
    void aStoreLandsInTheFrameOfTheFile(PageSize size) {
        RegionFile file = machine.file(size, TestMachine.GIB);
        long address = map(file);
        long offset = 0x1234_5678L & -8;
        space.storeLong(address + offset, 0x1122_3344_5566_7788L);
        assertThat(machine.bytes().loadLong((file.pfn(0) << 12) + offset)).isEqualTo(0x1122_3344_5566_7788L);
    }

    @ParameterizedTest
    @EnumSource(PageSize.class)
    void followPfnGivesTheExactFrame(PageSize size) {
        RegionFile file = machine.file(size, TestMachine.GIB);
        long address = map(file);
        space.fixupUserFault(address + 77 * 4096, true);
        assertThat(space.followPfn(address + 77 * 4096 + 5)).isEqualTo(file.pfn(77));
    }

    @Test
    void followPfnOfAnUntouchedPageIsEinval() {
        long address = map(machine.file(PageSize.SIZE_2M, TestMachine.GIB));
        assertErrno(Errno.EINVAL, () -> space.followPfn(address));
    }

    @ParameterizedTest
    @EnumSource(PageSize.class)
    void gupRefusesDmem(PageSize size) {
        long address = map(machine.file(size, TestMachine.GIB));
        space.storeByte(address, (byte) 1);
        assertErrno(Errno.EFAULT, () -> space.getUserPages(address, 1, false));
        assertThat(space.getUserPagesFast(address, 4, true)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"SIZE_2M, PMD", "SIZE_1G, PUD"})
    void aHugeEntryIsSpecialAndDmem(PageSize size, String level) {
        long address = map(machine.file(size, TestMachine.GIB));
        space.storeByte(address, (byte) 1);
        WalkStep leaf = space.walk(address).getLast();
        assertThat(leaf.level()).isEqualTo(level);
        assertThat(leaf.bits()).contains(EntryBit.PRESENT, EntryBit.WRITE, EntryBit.USER, EntryBit.ACCESSED,
                EntryBit.DIRTY, EntryBit.HUGE, EntryBit.SPECIAL, EntryBit.DMEM);
    }

    @Test
    void a4KEntryIsSpecialAlone() {
        long address = map(machine.file(PageSize.SIZE_4K, TestMachine.MIB));
        space.loadByte(address);
        assertThat(space.walk(address)).extracting(WalkStep::level).containsExactly("PGD", "PUD", "PMD", "PTE");
        assertThat(space.walk(address).getLast().bits()).contains(EntryBit.SPECIAL)
                .doesNotContain(EntryBit.DMEM, EntryBit.HUGE, EntryBit.DIRTY);
    }

    @Test
    void aVmaSmallerThanAGibibyteIsMappedAt2M() {
        long address = space.mmap(0, 512 * TestMachine.MIB, READ_WRITE, SHARED,
                machine.file(PageSize.SIZE_2M, TestMachine.GIB), 0);
        for (long offset = 0; offset < 512 * TestMachine.MIB; offset += 2 * TestMachine.MIB) {
            space.storeByte(address + offset, (byte) 1);
        }
        assertThat(space.counts().mapped2M()).isEqualTo(256);
        assertThat(space.counts().pmdFaults()).isEqualTo(256);
    }

    @Test
    void beyondTheEndIsBusAdrerrAndTheTaskLives() {
        RegionFile file = machine.file(PageSize.SIZE_2M, 4 * TestMachine.MIB);
        long address = map(file);
        file.bytes = 2 * TestMachine.MIB;
        assertSignal(BusSignal.Kind.BUS_ADRERR, address + 3 * TestMachine.MIB,
                () -> space.loadByte(address + 3 * TestMachine.MIB));
        assertThat(task.signals()).containsExactly(
                new BusSignal(BusSignal.Kind.BUS_ADRERR, address + 3 * TestMachine.MIB, 0));
        assertThat(task.alive()).isTrue();
    }

    @Test
    void nothingMappedIsSegvMaperr() {
        assertSignal(BusSignal.Kind.SEGV_MAPERR, 0x1000, () -> space.loadLong(0x1000));
        assertSignal(BusSignal.Kind.SEGV_MAPERR, -8, () -> space.storeLong(-8, 1));
    }

    @Test
    void aStoreIntoAReadOnlyMappingIsSegvAccerr() {
        long address = space.mmap(0, 2 * TestMachine.MIB, Set.of(Protection.READ), SHARED,
                machine.file(PageSize.SIZE_2M, TestMachine.GIB), 0);
        assertThat(space.loadByte(address)).isZero();
        assertSignal(BusSignal.Kind.SEGV_ACCERR, address, () -> space.storeByte(address, (byte) 1));
    }

    @Test
    void aBadPageIsAMachineCheckAtItsOwnAddress() {
        RegionFile file = machine.file(PageSize.SIZE_2M, TestMachine.GIB);
        long address = map(file);
        space.storeLong(address + 0x5000, 1);
        machine.poisoned.add(file.pfn(5));
        machine.spaces.flushFrame(file.pfn(5));
        assertThatThrownBy(() -> space.loadLong(address + 0x5008)).isInstanceOfSatisfying(SignalException.class,
                caught -> assertThat(caught.signal())
                        .isEqualTo(new BusSignal(BusSignal.Kind.BUS_MCEERR_AR, address + 0x5000, 12)));
        assertThat(space.loadLong(address + 0x4000)).isZero();
    }

    @ParameterizedTest(name = "a file of {0} answers {1}: lsb {2}")
    @CsvSource({"SIZE_4K, HWPOISON, 12", "SIZE_2M, HWPOISON, 12", "SIZE_1G, HWPOISON, 12",
            "SIZE_4K, HWPOISON_LARGE, 12", "SIZE_2M, HWPOISON_LARGE, 21", "SIZE_1G, HWPOISON_LARGE, 30"})
    void aFaultOnALostPageTellsHowMuchIsLost(PageSize size, FaultResult answer, int leastSignificantBit) {
        RegionFile file = machine.file(size, TestMachine.GIB);
        long address = map(file);
        file.answer = answer;

        assertThatThrownBy(() -> space.loadLong(address + 0x3008)).isInstanceOfSatisfying(SignalException.class,
                raised -> assertThat(raised.signal()).isEqualTo(
                        new BusSignal(BusSignal.Kind.BUS_MCEERR_AR, address + 0x3000 & -1L << leastSignificantBit,
                                leastSignificantBit)));
        assertErrno(Errno.EHWPOISON, () -> space.fixupUserFault(address, true));
        assertThat(task.alive()).isTrue();
    }

    @Test
    void theMachineCheckHandlerDecidesTheSignal() {
        RegionFile file = machine.file(PageSize.SIZE_2M, TestMachine.GIB);
        long address = map(file);
        machine.spaces.bindMachineCheckHandler((pfn, bearer, touched) -> {
            assertThat(pfn).isEqualTo(file.pfn(5));
            // Entered without locks: the handler may unmap what the access used.
            file.mapping().unmapRange(0, 512);
            return new BusSignal(BusSignal.Kind.BUS_MCEERR_AR, touched, 21);
        });
        machine.poisoned.add(file.pfn(5));
        assertSignal(BusSignal.Kind.BUS_MCEERR_AR, address + 0x5008, () -> space.storeLong(address + 0x5008, 1));
        assertThat(space.mappingLevel(address)).isNull();
    }

    @Test
    void aCopyStopsAtTheBadPage() {
        RegionFile file = machine.file(PageSize.SIZE_2M, TestMachine.GIB);
        long address = map(file);
        space.storeLong(address + 0x4ff8, 7);
        machine.poisoned.add(file.pfn(5));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment target = arena.allocate(0x10000);
            assertSignal(BusSignal.Kind.BUS_MCEERR_AR, address + 0x5000,
                    () -> space.copyOut(address, target, 0, 0x10000));
            assertThat(target.get(ValueLayout.JAVA_LONG, 0x4ff8)).isEqualTo(7);
        }
    }

    /** Frames side by side move as one run: here half of the pages lie in order, then half lie backwards. */
    @Test
    void aCopyAcrossEntriesMeetsTheBytesOfEach() {
        long page = 4096;
        long half = 8 * page;
        RegionFile file = machine.file(PageSize.SIZE_4K, TestMachine.MIB);
        long address = space.mmap(0, 2 * half, READ_WRITE, SHARED, file, 0);
        for (long offset = 0; offset < half; offset += page) {
            space.mmap(address + half + offset, page, READ_WRITE, Set.of(MapFlag.SHARED, MapFlag.FIXED), file,
                    2 * half - page - offset);
        }
        byte[] bytes = new byte[(int) (2 * half) - 200];
        new Random(7).nextBytes(bytes);
        byte[] copied = new byte[bytes.length];
        space.copyIn(MemorySegment.ofArray(bytes), 0, address + 100, bytes.length);
        space.copyOut(address + 100, MemorySegment.ofArray(copied), 0, bytes.length);
        assertThat(copied).isEqualTo(bytes);
        for (int at = 0; at < bytes.length; at++) {
            assertThat(space.loadByte(address + 100 + at)).as("byte %d", at).isEqualTo(bytes[at]);
        }
    }

    @Test
    void aNegativeErrnoFromAFaultIsAModelledOops() {
        RegionFile file = machine.file(PageSize.SIZE_4K, TestMachine.MIB);
        long address = map(file);
        file.answer = FaultResult.NEGATIVE_ERRNO;
        assertSignal(BusSignal.Kind.KILLED, address, () -> space.loadByte(address));
        assertThat(task.alive()).isFalse();
        assertThat(machine.logLines()).anyMatch(line -> line.startsWith("BUG: task/1 still holds its mmap lock"));
        assertErrno(Errno.ENODEV, () -> space.loadByte(address));
        assertThat(machine.newSpace().mmap(0, 4096, READ_WRITE, Set.of(MapFlag.PRIVATE, MapFlag.ANONYMOUS), null, 0))
                .isPositive();
    }

    @Test
    void munmapGivesTheTablesBack() {
        RegionFile file = machine.file(PageSize.SIZE_2M, TestMachine.GIB);
        long address = map(file);
        space.storeByte(address, (byte) 1);
        space.munmap(address, TestMachine.GIB);
        assertThat(space.counts().pageTablePages()).isEqualTo(1);
        assertThat(space.counts().mapped2M()).isZero();
        assertThat(file.mapping().isMapped()).isFalse();
        assertThat(file.opened.get()).isEqualTo(file.closed.get());
        assertSignal(BusSignal.Kind.SEGV_MAPERR, address, () -> space.loadByte(address));
    }

    @Test
    void aPartOfADpageCannotBeUnmapped() {
        long address = map(machine.file(PageSize.SIZE_2M, TestMachine.GIB));
        assertErrno(Errno.EINVAL, () -> space.munmap(address + 4096, 4096));
        space.munmap(address + 2 * TestMachine.MIB, 2 * TestMachine.MIB);
        assertThat(space.vmas()).hasSize(2);
        assertThat(space.vmas().get(1).pageOffset()).isEqualTo(1024);
    }

    @Test
    void unmapRangeTakesThePagesOutOfEveryAddressSpace() {
        RegionFile file = machine.file(PageSize.SIZE_2M, TestMachine.GIB);
        AddressSpace other = machine.newSpace();
        long address = map(file);
        long elsewhere = other.mmap(0, TestMachine.GIB, READ_WRITE, SHARED, file, 0);
        space.storeLong(address + 2 * TestMachine.MIB, 5);
        assertThat(other.loadLong(elsewhere + 2 * TestMachine.MIB)).isEqualTo(5);
        file.mapping().unmapRange(512, Long.MAX_VALUE);
        assertThat(space.mappingLevel(address + 2 * TestMachine.MIB)).isNull();
        assertThat(other.mappingLevel(elsewhere + 2 * TestMachine.MIB)).isNull();
        assertThat(other.loadLong(elsewhere + 2 * TestMachine.MIB)).isEqualTo(5);
    }

    static void assertErrno(Errno errno, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(ErrnoException.class,
                caught -> assertThat(caught.errno()).isEqualTo(errno));
    }

    static void assertSignal(BusSignal.Kind kind, long address,
            org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(SignalException.class, caught -> {
            assertThat(caught.signal().kind()).isEqualTo(kind);
            assertThat(caught.signal().virtualAddress()).isEqualTo(address);
        });
    }
}
