package org.dmemfs.mm.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.MemoryPolicy;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.kernel.SeriesVersion;
import org.dmemfs.mm.AddressSpace;
import org.dmemfs.mm.Advice;
import org.dmemfs.mm.BusSignal;
import org.dmemfs.mm.MapFlag;
import org.dmemfs.mm.MemoryType;
import org.dmemfs.mm.Task;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the system calls say of dmem in each version of the series, and of plain memory. */
class SystemCallsTest extends OneTask {
    @ParameterizedTest(name = "{0} without {1} at {2}: {3}, untouched {4}")
    @CsvSource({"REPAIRED, 0, SIZE_4K, EEXIST, ENOENT", "REPAIRED, 0, SIZE_2M, EEXIST, ENOENT",
            "REPAIRED, 0, SIZE_1G, EEXIST, ENOENT", "V2, 0, SIZE_4K, EEXIST, ENOENT", "V2, 0, SIZE_2M, EEXIST, ENOENT",
            "V1, 0, SIZE_4K, EFAULT, ENOENT", "V1, 0, SIZE_2M, EFAULT, ENOENT", "V1, 0, SIZE_1G, EFAULT, ENOENT",
            "REPAIRED, 23, SIZE_4K, EFAULT, ENOENT", "REPAIRED, 18, SIZE_2M, ENOENT, ENOENT",
            "REPAIRED, 27, SIZE_1G, ENOENT, ENOENT", "REPAIRED, 13, SIZE_2M, oops, ENOENT",
            "REPAIRED, 14, SIZE_2M, oops, ENOENT", "REPAIRED, 20, SIZE_2M, oops, ENOENT",
            "REPAIRED, 26, SIZE_1G, oops, ENOENT"})
    void movePagesAsksFollowPage(SeriesVersion series, int without, PageSize size, String mapped, String untouched) {
        use(series, without);
        long address = dmem(size);
        assertThat(calls.movePages(List.of(address)).getFirst().errno()).hasToString(untouched);
        space.storeByte(address, (byte) 1);
        assertThat(answer(() -> calls.movePages(List.of(address)).getFirst().errno())).isEqualTo(mapped);
    }

    @Test
    void movePagesNamesTheNodeOfAPlainPage() {
        long address = anonymous(2 * PAGE, MapFlag.PRIVATE);
        space.storeByte(address, (byte) 1);
        assertThat(calls.movePages(List.of(address, address + PAGE, 0x1000L)))
                .extracting(status -> status.errno() == null ? "node " + status.node() : status.errno().name())
                .containsExactly("node 0", "EFAULT", "EFAULT");
    }

    @ParameterizedTest
    @CsvSource({"REPAIRED, 0, 1", "V2, 0, 1", "V1, 0, 0", "REPAIRED, 23, 0"})
    void mincoreOfDmem(SeriesVersion series, int without, byte expected) {
        use(series, without);
        long address = touched(PageSize.SIZE_2M);
        assertThat(calls.mincore(address, TestMachine.GIB)).hasSize(1 << 18).containsOnly(expected);
    }

    @Test
    void mincoreOfPlainMemoryTellsTouchedPages() {
        long address = anonymous(3 * PAGE, MapFlag.PRIVATE);
        space.storeByte(address + PAGE, (byte) 1);
        assertThat(calls.mincore(address, 3 * PAGE)).containsExactly(0, 1, 0);
        assertThat(answer(() -> calls.mincore(address + 1, PAGE))).isEqualTo("EINVAL");
        assertThat(answer(() -> calls.mincore(address, 4 * PAGE))).isEqualTo("ENOMEM");
    }

    @ParameterizedTest(name = "{0}: dmem {1}, anonymous {2}")
    @CsvSource({"NORMAL, ok, ok", "DONTNEED, EINVAL, ok", "FREE, EINVAL, ok", "REMOVE, EOPNOTSUPP, EINVAL",
            "DONTFORK, ok, ok", "DOFORK, EINVAL, ok", "HUGEPAGE, EINVAL, ok", "NOHUGEPAGE, EINVAL, ok",
            "HWPOISON, EFAULT, ok"})
    void madvise(Advice advice, String onDmem, String onAnonymous) {
        machine.spaces.bindMachineCheckHandler((pfn, bearer, touched) -> new BusSignal(BusSignal.Kind.BUS_MCEERR_AR,
                touched, 12));
        long dmem = touched(PageSize.SIZE_2M);
        long plain = anonymous(PAGE, MapFlag.PRIVATE);
        assertThat(answer(() -> advise(dmem, TestMachine.GIB, advice))).isEqualTo(onDmem);
        assertThat(answer(() -> advise(plain, PAGE, advice))).isEqualTo(onAnonymous);
    }

    private String advise(long address, long bytes, Advice advice) {
        calls.madvise(address, bytes, advice);
        return "ok";
    }

    @Test
    void hwpoisonHandsEachPageToTheHandlerAndTheyStayBad() {
        long plain = anonymous(3 * PAGE, MapFlag.PRIVATE);
        assertThat(answer(() -> advise(plain, PAGE, Advice.HWPOISON))).isEqualTo("EINVAL");
        List<Long> bad = new ArrayList<>();
        List<Long> where = new ArrayList<>();
        machine.spaces.bindMachineCheckHandler((pfn, bearer, touched) -> {
            bad.add(pfn);
            where.add(touched);
            // Entered without locks.
            space.munmap(plain + 2 * PAGE, PAGE);
            return new BusSignal(BusSignal.Kind.BUS_MCEERR_AO, touched, 12);
        });
        assertThat(answer(() -> advise(plain, 2 * PAGE, Advice.HWPOISON))).isEqualTo("ok");
        assertThat(where).containsExactly(plain, plain + PAGE);
        assertThat(machine.poisoned.all()).containsExactlyInAnyOrderElementsOf(bad);
        assertThat(machine.logLines()).containsExactly(
                "Injecting memory failure for pfn 0x%x at process virtual address 0x%x".formatted(bad.get(0), plain),
                "Injecting memory failure for pfn 0x%x at process virtual address 0x%x".formatted(bad.get(1),
                        plain + PAGE));
        assertThat(answer(() -> space.loadByte(plain))).isEqualTo("BUS_MCEERR_AO");
        assertThat(answer(() -> advise(plain, 3 * PAGE, Advice.HWPOISON))).isEqualTo("EFAULT");
        space.munmap(plain, 2 * PAGE);
        assertThat(machine.spaces.framesInUse()).isZero();
        for (int page = 0; page < 4; page++) {
            long fresh = anonymous(PAGE, MapFlag.PRIVATE);
            space.storeByte(fresh, (byte) 1);
            assertThat(bad).doesNotContainAnyElementsOf(space.getUserPages(fresh, 1, true));
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"SIZE_4K", "SIZE_2M", "SIZE_1G"})
    void longtermPinsAreEfaultOnDmem(PageSize size) {
        long dmem = touched(size);
        assertThat(answer(() -> calls.pinUserPagesLongterm(dmem, 1, false))).isEqualTo("EFAULT");
        assertThat(answer(() -> calls.pinUserPagesLongterm(dmem, 1, true))).isEqualTo("EFAULT");
    }

    @Test
    void longtermPinsHoldPlainMemory() {
        long plain = anonymous(3 * PAGE, MapFlag.PRIVATE);
        List<Long> pinned = calls.pinUserPagesLongterm(plain, 3, true);
        assertThat(pinned).hasSize(3);
        space.munmap(plain, 3 * PAGE);
        assertThat(machine.spaces.framesInUse()).isEqualTo(3);
        space.unpinUserPages(pinned);
        assertThat(machine.spaces.framesInUse()).isZero();
        assertThat(answer(() -> calls.pinUserPagesLongterm(plain, 1, false))).isEqualTo("EFAULT");
        assertThat(answer(() -> calls.pinUserPagesLongterm(plain, 0, false))).isEqualTo("EINVAL");
    }

    @Test
    void dontneedReadsAsZero() {
        long address = anonymous(PAGE, MapFlag.PRIVATE);
        space.storeLong(address, 9);
        calls.madvise(address, PAGE, Advice.DONTNEED);
        assertThat(space.loadLong(address)).isZero();
    }

    @Test
    void mlockIsAcceptedOnDmemAndFaultsPlainMemoryIn() {
        long dmem = dmem(PageSize.SIZE_2M);
        calls.mlock(dmem, TestMachine.GIB);
        assertThat(space.mappingLevel(dmem)).isNull();
        long plain = anonymous(2 * PAGE, MapFlag.PRIVATE);
        calls.mlock(plain + 5, PAGE);
        assertThat(calls.mincore(plain, 2 * PAGE)).containsExactly(1, 1);
        assertThat(answer(() -> advise(plain, PAGE, Advice.DONTNEED))).isEqualTo("EINVAL");
        calls.munlock(plain, 2 * PAGE);
        assertThat(answer(() -> advise(plain, PAGE, Advice.DONTNEED))).isEqualTo("ok");
    }

    @Test
    void processVmReadvIsEfaultOnDmemAndWorksOnPlainMemory() {
        long dmem = touched(PageSize.SIZE_2M);
        long plain = anonymous(2 * PAGE, MapFlag.PRIVATE);
        space.storeLong(plain + PAGE - 8, 0x0102);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(16, 8);
            assertThat(answer(() -> calls.processVm(dmem, buffer, false))).isEqualTo("EFAULT");
            assertThat(calls.processVm(plain + PAGE - 8, buffer, false)).isEqualTo(16);
            assertThat(buffer.get(ValueLayout.JAVA_LONG, 0)).isEqualTo(0x0102);
            assertThat(space.accessRemote(plain, buffer, true)).isEqualTo(16);
            assertThat(space.loadLong(plain)).isEqualTo(0x0102);
        }
    }

    @ParameterizedTest
    @CsvSource({"REPAIRED, 0, SIZE_2M, ok", "V2, 0, SIZE_2M, ok", "V1, 0, SIZE_2M, oops", "REPAIRED, 19, SIZE_2M, oops",
            "V1, 0, SIZE_1G, oops", "V1, 0, SIZE_4K, ok"})
    void mbindStrictLooksAtHugePages(SeriesVersion series, int without, PageSize size, String expected) {
        use(series, without);
        long address = touched(size);
        assertThat(answer(() -> {
            calls.mbindStrict(address, TestMachine.GIB, MemoryPolicy.preferred(1));
            return "ok";
        })).isEqualTo(expected);
    }

    @Test
    void mbindStrictIsEioWhereAPageIsElsewhere() {
        long address = anonymous(PAGE, MapFlag.PRIVATE);
        space.storeByte(address, (byte) 1);
        assertThat(answer(() -> {
            calls.mbindStrict(address, PAGE, MemoryPolicy.preferred(1));
            return "ok";
        })).isEqualTo("EIO");
        calls.mbindStrict(address, PAGE, MemoryPolicy.preferred(0));
    }

    @Test
    void smapsShowsDmemAsAHoleOfItsPageSize() {
        touched(PageSize.SIZE_2M);
        long plain = anonymous(2 * PAGE, MapFlag.PRIVATE);
        space.storeByte(plain, (byte) 1);
        assertThat(calls.smaps()).containsPattern("Size: +1048576 kB\\RKernelPageSize: +2048 kB\\R"
                + "MMUPageSize: +2048 kB\\RRss: +0 kB").contains(" /mnt/file")
                .contains("VmFlags: rd wr sh mr mw me pf io dc hg ??")
                .containsPattern("Size: +8 kB\\R.*\\R.*\\RRss: +4 kB");
    }

    @Test
    void pagemapShowsFramesOfPlainMemoryOnly() {
        long dmem = touched(PageSize.SIZE_2M);
        long plain = anonymous(2 * PAGE, MapFlag.PRIVATE);
        space.storeByte(plain, (byte) 1);
        List<Long> pinned = space.getUserPages(plain, 1, false);
        space.unpinUserPages(pinned);
        assertThat(calls.pagemap(dmem, 2)).containsExactly(0L, 0L);
        assertThat(calls.pagemap(plain, 2)).containsExactly(1L << 63 | 1L << 56 | pinned.getFirst(), 0L);
    }

    @Test
    void theMemoryTypeOfDmemIsWriteBackForGood() {
        long pfn = TestMachine.DMEM_START >> 12;
        assertThat(machine.spaces.memoryTypes().lookup(task, pfn)).isEqualTo(MemoryType.WRITE_BACK);
        assertThat(answer(() -> reserve(TestMachine.DMEM_START))).isEqualTo("EBUSY");
        assertThat(machine.logLines()).containsExactly("WARNING: reserve_ram_pages_type: frame 0x40000 is dmem");
        assertThat(answer(() -> reserve(0x10_0000))).isEqualTo("ok");
        assertThat(machine.spaces.memoryTypes().lookup(task, 0x100)).isEqualTo(MemoryType.UNCACHED);
        machine.spaces.memoryTypes().free(task, 0x10_0000, 0x10_1000);
        assertThat(machine.spaces.memoryTypes().lookup(task, 0x100)).isEqualTo(MemoryType.WRITE_BACK);
    }

    @Test
    void without04TheMemoryTypeOfDmemOopses() {
        machine.with(SeriesVersion.REPAIRED, 4);
        assertThat(answer(() -> machine.spaces.memoryTypes().lookup(task, TestMachine.DMEM_START >> 12)))
                .isEqualTo("oops");
        assertThat(task.alive()).isFalse();
    }

    private String reserve(long start) {
        machine.spaces.memoryTypes().reserve(task, start, start + PAGE, MemoryType.UNCACHED);
        return "ok";
    }

    @Test
    void aChildHasNoDmemAndItsOwnCopyOfPrivateMemory() {
        long dmem = touched(PageSize.SIZE_2M);
        long plain = anonymous(PAGE, MapFlag.PRIVATE);
        long common = anonymous(2 * PAGE, MapFlag.SHARED);
        space.storeLong(plain, 1);
        space.storeLong(common, 1);
        Task child = machine.spaces.fork(task, "child");
        AddressSpace childSpace = child.addressSpace();
        assertThat(childSpace.findVma(dmem)).isNull();
        assertThat(childSpace.loadLong(plain)).isEqualTo(1);
        space.storeLong(plain, 2);
        assertThat(childSpace.loadLong(plain)).isEqualTo(1);
        childSpace.storeLong(plain, 3);
        assertThat(space.loadLong(plain)).isEqualTo(2);
        childSpace.storeLong(common + PAGE, 5);
        assertThat(space.loadLong(common + PAGE)).isEqualTo(5);
        assertThat(childSpace.loadLong(common)).isEqualTo(1);
        child.close();
        task.close();
        assertThat(machine.spaces.framesInUse()).isZero();
    }

    @Test
    void aTaskOfAnotherMachineIsEsrch() {
        try (TestMachine other = new TestMachine()) {
            assertThatThrownBy(() -> other.spaces.of(task)).isInstanceOfSatisfying(ErrnoException.class,
                    failure -> assertThat(failure.errno()).isEqualTo(Errno.ESRCH));
        }
    }

    @ParameterizedTest
    @CsvSource({"4, 0x7fffffffefff, 4", "5, 0xffffffffffefff, 5"})
    void fourOrFiveLevels(int levels, String highestText, int steps) {
        long highest = Long.decode(highestText);
        try (TestMachine other = new TestMachine(levels)) {
            AddressSpace wide = other.newSpace();
            long address = wide.mmap(highest + 1 - PAGE, PAGE, READ_WRITE,
                    Set.of(MapFlag.PRIVATE, MapFlag.ANONYMOUS, MapFlag.FIXED), null, 0);
            wide.storeByte(highest, (byte) 7);
            assertThat(wide.loadByte(highest)).isEqualTo((byte) 7);
            assertThat(wide.walk(address)).hasSize(steps);
            assertThat(wide.counts().pageTablePages()).isEqualTo(steps);
            assertThat(answer(() -> wide.loadByte(highest + 1))).isEqualTo("SEGV_MAPERR");
        }
    }
}
