package org.dmemfs.fs.fs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.dmemfs.core.Holder;
import org.dmemfs.fs.Mount;
import org.dmemfs.fs.OpenFile;
import org.dmemfs.fs.OpenMode;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.kernel.SeriesVersion;
import org.dmemfs.mm.FaultResult;
import org.dmemfs.mm.VmFlag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sizes, mappings and the end of files. */
class FileLifeTest {
    private final PlainMachine machine = new PlainMachine(8);

    @ParameterizedTest(name = "{0}: {1} bytes more than a page is EINVAL")
    @CsvSource({"SIZE_4K, 1", "SIZE_2M, 4096", "SIZE_1G, 2097152", "SIZE_4K, -8192"})
    void aSizeIsWholeDpages(PageSize pageSize, long excess) {
        OpenFile file = machine.mount(pageSize).create("a");
        assertErrno(Errno.EINVAL, () -> file.truncate(pageSize.bytes() + excess));
        assertThat(file.size()).isZero();
    }

    @ParameterizedTest(name = "a file of {0} pages can be as large as a file can be")
    @EnumSource(PageSize.class)
    void growingTakesNothing(PageSize pageSize) {
        OpenFile file = machine.mount(pageSize).create("a");
        file.truncate(Long.MAX_VALUE & -pageSize.bytes());
        assertThat(file.stat().dpages()).isZero();
        assertThat(machine.pool.used()).isEmpty();
        PlainVma vma = machine.map(file, (Long.MAX_VALUE >>> pageSize.shift()) - 1, 1);
        assertThat(new PlainFault(vma, vma.start(), true).handle()).isEqualTo(FaultResult.NOPAGE);
        assertThat(file.stat().dpages()).isEqualTo(1);
    }

    @ParameterizedTest(name = "{0}: from 6 dpages to {1}")
    @CsvSource({"SIZE_4K, 0", "SIZE_4K, 1", "SIZE_4K, 5", "SIZE_2M, 0", "SIZE_2M, 3", "SIZE_1G, 2", "SIZE_2M, 6"})
    void shrinkingUnmapsAndGivesBackExactlyTheTail(PageSize pageSize, int left) {
        OpenFile file = machine.file(machine.mount(pageSize), "a", 6);
        PlainVma vma = touched(file, 6);
        file.truncate(left * pageSize.bytes());
        assertThat(vma.mapping().entries.keySet()).isEqualTo(Stream.iterate(0L, index -> index + pageSize.naturePages())
                .limit(left).collect(Collectors.toSet()));
        assertThat(machine.pool.used()).hasSize(left);
        assertThat(file.stat().dpages()).isEqualTo(left);
        file.truncate(6 * pageSize.bytes());
        assertThat(machine.pool.used()).hasSize(left);
    }

    @Test
    void withoutPatch06ShrinkingLeaksTheEntries() {
        OpenFile file = machine.file(machine.mount(PageSize.SIZE_2M), "a", 6);
        touched(file, 6);
        machine.settings = PlainMachine.settings(SeriesVersion.REPAIRED, 1, 6);
        file.truncate(0);
        assertThat(machine.pool.used()).hasSize(6);
        file.truncate(4096);
        assertThat(file.size()).isEqualTo(4096);
    }

    @Test
    void aFileOpenedForReadingOnlyIsNotTruncated() {
        Mount mount = machine.mount(PageSize.SIZE_4K);
        machine.file(mount, "a", 2).close();
        try (OpenFile file = mount.open("a", OpenMode.READ_ONLY)) {
            assertErrno(Errno.EINVAL, () -> file.truncate(0));
            assertThat(file.size()).isEqualTo(8192);
        }
    }

    @Test
    void aClosedFileAnswersEbadf() {
        OpenFile file = machine.mount(PageSize.SIZE_4K).create("a");
        file.close();
        file.close();
        assertErrno(Errno.EBADF, file::size);
        assertErrno(Errno.EBADF, () -> file.truncate(0));
        assertErrno(Errno.EBADF, () -> file.mmap(Set.of(VmFlag.SHARED), 0, 4096));
    }

    @ParameterizedTest(name = "{0} pages: offset of {1} pages, {2}: {3}")
    @CsvSource(nullValues = "-", value = {"SIZE_4K, 0, SHARED, -", "SIZE_4K, 1, SHARED, -", "SIZE_4K, 0, WRITE, EINVAL",
            "SIZE_2M, 0, SHARED, -", "SIZE_2M, 512, SHARED, -", "SIZE_2M, 511, SHARED, EINVAL",
            "SIZE_1G, 512, SHARED, EINVAL", "SIZE_1G, 262144, SHARED, -", "SIZE_4K, -1, SHARED, EINVAL"})
    void aMappingIsSharedAndStartsAtADpage(PageSize pageSize, long pageOffset, VmFlag flag, Errno errno) {
        OpenFile file = machine.mount(pageSize).create("a");
        if (errno == null) {
            assertThat(file.mmap(Set.of(flag), pageOffset, pageSize.bytes()).flags()).contains(VmFlag.PFNMAP);
        } else {
            assertErrno(errno, () -> file.mmap(Set.of(flag), pageOffset, pageSize.bytes()));
        }
    }

    @ParameterizedTest(name = "{0} pages without patch {1}: {2}, aligned to {3}")
    @CsvSource({"SIZE_4K, 1, PFNMAP DMEM IO DONTCOPY, SIZE_4K", "SIZE_2M, 1, PFNMAP DMEM IO DONTCOPY HUGEPAGE, SIZE_2M",
            "SIZE_1G, 1, PFNMAP DMEM IO DONTCOPY HUGEPAGE, SIZE_1G", "SIZE_2M, 23, PFNMAP DONTCOPY HUGEPAGE, SIZE_2M",
            "SIZE_2M, 24, PFNMAP DMEM IO, SIZE_4K"})
    void aMappingGetsTheFlagsOfThePatches(PageSize pageSize, int without, String flags, PageSize alignment) {
        machine.settings = PlainMachine.settings(SeriesVersion.REPAIRED, 1, without);
        OpenFile file = machine.mount(pageSize).create("a");
        assertThat(file.mmap(EnumSet.of(VmFlag.SHARED), 0, pageSize.bytes()).flags()).isEqualTo(
                Stream.of(flags.split(" ", -1)).map(VmFlag::valueOf).collect(Collectors.toSet()));
        assertThat(file.mappingAlignment()).isEqualTo(alignment);
    }

    @ParameterizedTest(name = "a split of {0} pages at 0x{1} without patch {2}: {3}")
    @CsvSource(nullValues = "-", value = {"SIZE_4K, 1000, 1, -", "SIZE_2M, 200000, 1, -", "SIZE_2M, 1000, 1, EINVAL",
            "SIZE_1G, 200000, 1, EINVAL", "SIZE_1G, 40000000, 1, -", "SIZE_2M, 1000, 16, -"})
    void aMappingIsSplitBetweenDpagesOnly(PageSize pageSize, String offset, int without, Errno errno) {
        machine.settings = PlainMachine.settings(SeriesVersion.REPAIRED, 1, without);
        PlainVma vma = machine.map(machine.file(machine.mount(pageSize), "a", 2), 0, 2);
        long address = vma.start() + Long.parseLong(offset, 16);
        if (errno == null) {
            vma.operations().split(vma, address);
        } else {
            assertErrno(errno, () -> vma.operations().split(vma, address));
        }
        assertThat(vma.operations().pageSize(vma)).isEqualTo(pageSize);
    }

    @ParameterizedTest(name = "ended in the order {0}")
    @ValueSource(strings = {"unlink close unmap", "unlink unmap close", "close unlink unmap", "close unmap unlink",
            "unmap close unlink", "unmap unlink close"})
    void aFileLivesWhileItIsNamedOpenOrMapped(String order) {
        Mount mount = machine.mount(PageSize.SIZE_2M);
        OpenFile file = machine.file(mount, "a", 2);
        PlainVma vma = touched(file, 2);
        for (String call : order.split(" ", -1)) {
            assertThat(machine.pool.used()).as("before " + call).hasSize(2);
            switch (call) {
                case "unlink" -> mount.unlink("a");
                case "close" -> file.close();
                default -> vma.unmap();
            }
        }
        assertThat(machine.pool.used()).isEmpty();
        assertThat(machine.pool.free()).isEqualTo(8);
    }

    @Test
    void aFileThatIsRenamedOverEnds() {
        Mount mount = machine.mount(PageSize.SIZE_4K);
        OpenFile file = machine.file(mount, "old", 2);
        touched(file, 2).unmap();
        file.close();
        mount.create("new").close();
        mount.rename("new", "old");
        assertThat(machine.pool.used()).isEmpty();
    }

    @Test
    void aDpageIsHeldInTheNameOfItsFile() {
        OpenFile file = machine.file(machine.mount(PageSize.SIZE_4K), "guest", 1);
        touched(file, 1);
        assertThat(machine.pool.used()).containsValue(new Holder("file", "/mnt/guest"));
    }

    @Test
    void aNewFileUnderAnOldNameIsAnotherHolder() {
        Mount mount = machine.mount(PageSize.SIZE_4K);
        OpenFile old = machine.file(mount, "guest", 1);
        touched(old, 1);
        mount.unlink("guest");
        touched(machine.file(mount, "guest", 1), 1);
        assertThat(Set.copyOf(machine.pool.used().values())).hasSize(2);
    }

    private PlainVma touched(OpenFile file, int dpages) {
        PlainVma vma = machine.map(file, 0, dpages);
        for (int index = 0; index < dpages; index++) {
            new PlainFault(vma, vma.start() + index * file.stat().blockBytes(), true).handle();
        }
        return vma;
    }

    private static void assertErrno(Errno errno, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(ErrnoException.class).extracting("errno").isEqualTo(errno);
    }
}
