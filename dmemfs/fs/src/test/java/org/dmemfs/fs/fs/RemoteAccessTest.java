package org.dmemfs.fs.fs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import org.dmemfs.fs.OpenFile;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.kernel.SeriesVersion;
import org.dmemfs.mm.VmFlag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class RemoteAccessTest {
    private final PlainMachine machine = new PlainMachine(3, 8 << 20);
    private final byte[] bytes = new byte[8192];

    @ParameterizedTest(name = "{0} pages")
    @EnumSource(value = PageSize.class, names = {"SIZE_4K", "SIZE_2M"})
    void whatIsPokedIsPeeked(PageSize pageSize) {
        PlainVma vma = mapped(pageSize, Set.of(VmFlag.READ, VmFlag.WRITE, VmFlag.SHARED));
        Arrays.fill(bytes, 0, 100, (byte) 7);
        assertThat(access(vma, 17, 100, true)).isEqualTo(100);
        Arrays.fill(bytes, (byte) 0);
        assertThat(access(vma, 16, 102, false)).isEqualTo(102);
        assertThat(bytes[0]).isZero();
        assertThat(bytes[1]).isEqualTo((byte) 7);
        assertThat(bytes[100]).isEqualTo((byte) 7);
        assertThat(bytes[101]).isZero();
        assertThat(machine.pool.used()).as("a hole was filled").hasSize(1);
    }

    @ParameterizedTest(name = "{0} pages: {2} bytes at {1} move {3}")
    @CsvSource({"SIZE_4K, 4000, 200, 96", "SIZE_4K, 4095, 8000, 1", "SIZE_4K, 4096, 8000, 4096",
            "SIZE_2M, 4000, 8000, 8000", "SIZE_2M, 2097151, 2, 1"})
    void oneCallEndsWithItsDpage(PageSize pageSize, long offset, int wanted, int moved) {
        assertThat(access(mapped(pageSize, Set.of(VmFlag.READ, VmFlag.SHARED)), offset, wanted, false))
                .isEqualTo(moved);
    }

    @ParameterizedTest(name = "a mapping for {0}: write {1}")
    @CsvSource({"READ, true", "WRITE, false"})
    void whatTheMappingForbidsIsEacces(VmFlag allowed, boolean write) {
        assertErrno(Errno.EACCES,
                () -> access(mapped(PageSize.SIZE_4K, EnumSet.of(allowed, VmFlag.SHARED)), 0, 1, write));
    }

    @Test
    void beyondTheEndIsEinval() {
        PlainVma vma = mapped(PageSize.SIZE_4K, Set.of(VmFlag.READ, VmFlag.SHARED));
        ((OpenFile) vma.mapped()).truncate(4096);
        assertErrno(Errno.EINVAL, () -> access(vma, 4096, 1, false));
    }

    @Test
    void anExhaustedPoolIsEinvalNotEnomem() {
        OpenFile file = machine.file(machine.mount(PageSize.SIZE_4K), "a", 4);
        PlainVma vma = machine.map(file, 0, 4);
        for (int index = 0; index < 3; index++) {
            access(vma, index * 4096L, 1, true);
        }
        assertErrno(Errno.EINVAL, () -> access(vma, 3 * 4096L, 1, true));
        assertThat(machine.logged("no free dpage")).hasSize(1);
    }

    @Test
    void aBadFrameStopsTheCopyBeforeIt() {
        PlainVma vma = mapped(PageSize.SIZE_2M, Set.of(VmFlag.READ, VmFlag.WRITE, VmFlag.SHARED));
        access(vma, 0, 1, true);
        machine.poison(PageSize.SIZE_2M.naturePages() + 1);
        assertThat(access(vma, 4000, 200, false)).isEqualTo(96);
        assertErrno(Errno.EFAULT, () -> access(vma, 4096, 1, false));
        assertThat(access(vma, 8192, 10, false)).isEqualTo(10);
    }

    @Test
    void withoutPatch09ThereIsNoRemoteAccess() {
        machine.settings = PlainMachine.settings(SeriesVersion.REPAIRED, 1, 9);
        assertErrno(Errno.EIO,
                () -> access(mapped(PageSize.SIZE_4K, Set.of(VmFlag.READ, VmFlag.SHARED)), 0, 1, false));
    }

    private PlainVma mapped(PageSize pageSize, Set<VmFlag> flags) {
        return machine.map(machine.file(machine.mount(pageSize), "a", 2), 0, 2, flags);
    }

    private int access(PlainVma vma, long offset, int count, boolean write) {
        return vma.operations().access(vma, vma.start() + offset, MemorySegment.ofArray(bytes), 0, count, write);
    }

    private static void assertErrno(Errno errno, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(ErrnoException.class).extracting("errno").isEqualTo(errno);
    }
}
