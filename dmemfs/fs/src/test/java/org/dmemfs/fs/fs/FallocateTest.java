package org.dmemfs.fs.fs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import org.dmemfs.fs.FilePlace;
import org.dmemfs.fs.Mount;
import org.dmemfs.fs.OpenFile;
import org.dmemfs.fs.OpenMode;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.MemoryPolicy;
import org.dmemfs.kernel.NodeMask;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.mm.FaultResult;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Dpages taken and given back by range, in a pool of 8. */
class FallocateTest {
    private static final MemoryPolicy DEFAULT = MemoryPolicy.systemDefault();

    private final PlainMachine machine = new PlainMachine(8);

    @ParameterizedTest(name = "{0}")
    @EnumSource(PageSize.class)
    void aRangeIsFilledAndTheFileGrowsToItsEnd(PageSize pageSize) {
        OpenFile file = machine.mount(pageSize).create("a");
        file.fallocate(pageSize.bytes(), 3 * pageSize.bytes(), DEFAULT, 0);
        assertThat(file.size()).isEqualTo(4 * pageSize.bytes());
        assertThat(file.stat().dpages()).isEqualTo(3);
        assertThat(file.frameAt(0)).isEmpty();
        assertThat(file.frameAt(pageSize.bytes())).hasValue(pageSize.naturePages());
        assertThat(file.frameAt(4 * pageSize.bytes() - 1)).hasValue(4 * pageSize.naturePages() - 1);
        assertThat(file.frameAt(4 * pageSize.bytes())).isEmpty();
        assertThat(file.frameAt(-1)).isEmpty();
    }

    @Test
    void whatIsThereStays() {
        OpenFile file = machine.file(machine.mount(PageSize.SIZE_2M), "a", 6);
        PlainVma vma = machine.map(file, 0, 6);
        new PlainFault(vma, vma.start() + (2 << 21), true).handle();
        long frame = file.frameAt(2 << 21).orElseThrow();
        file.fallocate(0, 6 << 21, DEFAULT, 0);
        assertThat(file.frameAt(2 << 21)).hasValue(frame);
        assertThat(file.stat().dpages()).isEqualTo(6);
        assertThat(machine.pool.used()).hasSize(6);
        file.fallocate(0, 6 << 21, DEFAULT, 0);
        assertThat(machine.pool.used()).hasSize(6);
    }

    @Test
    void allOrNothing() {
        Mount mount = machine.mount(PageSize.SIZE_2M);
        OpenFile holder = mount.create("holder");
        holder.fallocate(0, 3 << 21, DEFAULT, 0);
        OpenFile file = mount.create("a");
        assertThatThrownBy(() -> file.fallocate(0, 6 << 21, DEFAULT, 0)).isInstanceOf(ErrnoException.class)
                .hasMessageContainingAll("wants 6 dpages of 2M", "5 are free", "file /mnt/holder 3").extracting("errno")
                .isEqualTo(Errno.ENOSPC);
        assertThat(file.size()).isZero();
        assertThat(machine.pool.used()).hasSize(3);
        file.fallocate(0, 5 << 21, DEFAULT, 0);
        assertThat(machine.pool.free()).isZero();
    }

    @Test
    void whatATakeLacksAfterTheCheckIsGivenBackToo() {
        OpenFile file = machine.mount(PageSize.SIZE_2M).create("a");
        machine.pool.lieAboutFree(100);
        assertThatThrownBy(() -> file.fallocate(0, 9L << 21, DEFAULT, 0)).extracting("errno").isEqualTo(Errno.ENOSPC);
        assertThat(machine.pool.used()).isEmpty();
        assertThat(file.stat().dpages()).isZero();
    }

    @Test
    void onlyTheNodesOfABoundPolicyCount() {
        OpenFile file = machine.mount(PageSize.SIZE_2M).create("a");
        assertThatThrownBy(() -> file.fallocate(0, 1 << 21, MemoryPolicy.bind(NodeMask.of(1)), 0))
                .hasMessageContainingAll("BIND {1}", "0 are free");
    }

    @Test
    void theMountsLimitCountsAsAWhole() {
        Mount mount = machine.type.mount("/small", "pagesize=2M,size=4M");
        OpenFile file = mount.create("a");
        assertThatThrownBy(() -> file.fallocate(0, 6 << 20, DEFAULT, 0)).hasMessageContaining("size=4M")
                .extracting("errno").isEqualTo(Errno.ENOSPC);
        file.fallocate(0, 4 << 20, DEFAULT, 0);
        file.punchHole(0, 2 << 20);
        file.fallocate(4 << 20, 2 << 20, DEFAULT, 0);
    }

    @ParameterizedTest(name = "{0} bytes at {1}: {2}")
    @CsvSource({"4096, 0, EINVAL", "2097152, 4096, EINVAL", "0, 0, EINVAL", "-2097152, 0, EINVAL",
            "2097152, -2097152, EINVAL", "2097152, 9223372036852678656, EFBIG"})
    void otherRangesAreRefused(long bytes, long offset, Errno errno) {
        OpenFile file = machine.mount(PageSize.SIZE_2M).create("a");
        assertThatThrownBy(() -> file.fallocate(offset, bytes, DEFAULT, 0)).isInstanceOf(ErrnoException.class)
                .extracting("errno").isEqualTo(errno);
        if (errno == Errno.EINVAL) {
            assertThatThrownBy(() -> file.punchHole(offset, bytes)).extracting("errno").isEqualTo(errno);
        }
    }

    @Test
    void aFileOpenedForReadingOnlyIsEbadf() {
        Mount mount = machine.mount(PageSize.SIZE_4K);
        mount.create("a").close();
        OpenFile file = mount.open("a", OpenMode.READ_ONLY);
        assertThatThrownBy(() -> file.fallocate(0, 4096, DEFAULT, 0)).extracting("errno").isEqualTo(Errno.EBADF);
        assertThatThrownBy(() -> file.punchHole(0, 4096)).extracting("errno").isEqualTo(Errno.EBADF);
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource(PageSize.class)
    void aHoleIsUnmappedAndGivenBackAndFilledWhenTouched(PageSize pageSize) {
        OpenFile file = machine.file(machine.mount(pageSize), "a", 4);
        PlainVma vma = machine.map(file, 0, 4);
        for (int index = 0; index < 4; index++) {
            new PlainFault(vma, vma.start() + index * pageSize.bytes(), true).handle();
        }
        file.punchHole(pageSize.bytes(), 2 * pageSize.bytes());
        assertThat(vma.mapping().entries.keySet()).containsExactlyInAnyOrder(0L, 3 * pageSize.naturePages());
        assertThat(machine.pool.used()).hasSize(2);
        assertThat(file.size()).isEqualTo(4 * pageSize.bytes());
        assertThat(new PlainFault(vma, vma.start() + pageSize.bytes(), true).handle()).isEqualTo(FaultResult.NOPAGE);
        assertThat(machine.pool.used()).hasSize(3);
    }

    @Test
    void aFrameLeadsBackToItsPlace() {
        Mount mount = machine.mount(PageSize.SIZE_2M);
        mount.mkdir("guests");
        OpenFile file = mount.create("guests/a");
        file.fallocate(2 << 21, 2 << 21, DEFAULT, 0);
        long frame = file.frameAt((3 << 21) + 5 * 4096).orElseThrow();
        assertThat(machine.type.placeOf(frame))
                .hasValue(new FilePlace("/mnt", "/guests/a", (3 << 21) + 5 * 4096, false));
        machine.pool.memoryFailure(frame, Set.of());
        mount.unlink("guests/a");
        assertThat(machine.type.placeOf(frame)).hasValueSatisfying(place -> {
            assertThat(place.bad()).isTrue();
            assertThat(place.path()).isEqualTo("/a (deleted)");
        });
        file.close();
        assertThat(machine.type.placeOf(frame)).isEmpty();
        assertThat(machine.type.placeOf(0)).isEmpty();
    }
}
