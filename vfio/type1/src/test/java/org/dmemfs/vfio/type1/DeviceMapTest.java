package org.dmemfs.vfio.type1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Set;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.kernel.SeriesVersion;
import org.dmemfs.vfio.DmaMap;
import org.dmemfs.vfio.DmaPermission;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Maps of a task's memory over the real memory manager: what they hold, and for how long. */
class DeviceMapTest {
    private static final Set<DmaPermission> BOTH = Set.of(DmaPermission.READ, DmaPermission.WRITE);
    private static final long GIB = DeviceMachine.GIB;

    private static String entries(DmaMap map) {
        return map.entries1G() + "/" + map.entries2M() + "/" + map.entries4K();
    }

    @ParameterizedTest(name = "{1} dpages of {0}, scattered {2}: entries {3}, {4} references")
    @CsvSource({
            "SIZE_4K, 1,   false, 0/0/1,   1",
            "SIZE_4K, 512, false, 0/1/0,   512",
            "SIZE_4K, 512, true,  0/0/512, 512",
            "SIZE_2M, 3,   false, 0/3/0,   3",
            "SIZE_2M, 512, false, 1/0/0,   512",
            "SIZE_2M, 512, true,  0/512/0, 512",
            "SIZE_1G, 2,   false, 2/0/0,   2",
            "SIZE_1G, 2,   true,  2/0/0,   2"})
    void aMapHasTheLargestEntriesAndOneReferenceForEachDpage(PageSize size, int dpages, boolean scattered,
            String entries, long references) {
        try (DeviceMachine machine = new DeviceMachine(size)) {
            DpageFile file = scattered ? machine.scatteredFile(GIB, dpages) : machine.file(GIB, dpages);
            DmaContainer container = machine.open("device");

            container.mapDma(GIB, machine.mapWritable(file), file.bytes(), BOTH);

            DmaMap map = container.maps().getFirst();
            assertThat(entries(map)).isEqualTo(entries);
            assertThat(map.references()).isEqualTo(references).isEqualTo(machine.pool.extraReferences());

            assertThat(container.unmapDma(GIB, file.bytes())).isEqualTo(file.bytes());
            assertThat(machine.pool.extraReferences()).isZero();
        }
    }

    @Test
    void anIovaThatIsNotAsAlignedAsTheDpagesCostsSmallEntriesAndNoMoreReferences() {
        try (DeviceMachine machine = new DeviceMachine(PageSize.SIZE_2M)) {
            DpageFile file = machine.file(GIB, 2);
            DmaContainer container = machine.open("device");

            container.mapDma(0x1000, machine.mapWritable(file), file.bytes(), BOTH);

            assertThat(entries(container.maps().getFirst())).isEqualTo("0/0/1024");
            assertThat(container.maps().getFirst().references()).isEqualTo(2);
            container.close();
            assertThat(machine.pool.extraReferences()).isZero();
        }
    }

    @Test
    void aMapOfAPartOfADpageHasOneReference() {
        try (DeviceMachine machine = new DeviceMachine(PageSize.SIZE_1G)) {
            DpageFile file = machine.file(GIB, 2);
            DmaContainer container = machine.open("device");
            long address = machine.mapWritable(file);

            container.mapDma(0, address + GIB - 0x1000, 0x2000, BOTH);
            container.mapDma(GIB, address + 0x3000, 0x1000, BOTH);

            assertThat(container.maps()).extracting(DmaMap::references).containsExactly(2L, 1L);
            assertThat(machine.pool.references(GIB >> 12)).isEqualTo(3);
        }
    }

    @ParameterizedTest
    @EnumSource(PageSize.class)
    void memoryOutlivesItsFileUntilTheUnmap(PageSize size) {
        try (DeviceMachine machine = new DeviceMachine(size)) {
            DpageFile file = machine.file(GIB, 2);
            long address = machine.mapWritable(file);
            machine.task.addressSpace().storeLong(address + 8, 0x1234_5678_9abcL);
            DmaContainer container = machine.open("device");
            container.mapDma(0, address, file.bytes(), BOTH);

            file.truncate();

            assertThat(machine.pool.used()).isEqualTo(2);
            assertThat(read(container, 8)).isEqualTo(0x1234_5678_9abcL);
            container.unmapDma(0, 2 * size.bytes());
            assertThat(machine.pool.used()).isZero();
        }
    }

    @ParameterizedTest(name = "series {0} without {1}")
    @CsvSource({"v1, 0", "repaired, 36"})
    void withoutReferencesATruncateFreesMemoryUnderTheDevice(String series, int without) {
        try (DeviceMachine machine = new DeviceMachine(PageSize.SIZE_2M)) {
            machine.use(SeriesVersion.parse(series), without == 0 ? new int[0] : new int[]{without});
            DpageFile file = machine.file(GIB, 1);
            DmaContainer container = machine.open("device");
            container.mapDma(0, machine.mapWritable(file), file.bytes(), BOTH);
            file.truncate();
            assertThat(machine.pool.used()).isZero();

            DpageFile next = machine.file(GIB, 1);
            machine.task.addressSpace().storeLong(machine.mapWritable(next), 42);

            assertThat(read(container, 0)).as("another owner's bytes").isEqualTo(42);
            assertThat(container.unmapDma(0, file.bytes() + 2 * DeviceMachine.MIB)).isEqualTo(2 * DeviceMachine.MIB);
        }
    }

    @Test
    void aMunmapLeavesTheMap() {
        try (DeviceMachine machine = new DeviceMachine(PageSize.SIZE_2M)) {
            DpageFile file = machine.file(GIB, 1);
            long address = machine.mapWritable(file);
            DmaContainer container = machine.open("device");
            container.mapDma(0, address, file.bytes(), BOTH);
            write(container, 16, 7);

            machine.task.addressSpace().munmap(address, file.bytes());

            assertThat(read(container, 16)).isEqualTo(7);
        }
    }

    @Test
    void aTruncateBetweenFollowPfnAndTheReferenceIsSeen() {
        try (DeviceMachine machine = new DeviceMachine(PageSize.SIZE_2M)) {
            DpageFile file = machine.file(GIB, 1);
            long address = machine.mapWritable(file);
            machine.task.addressSpace().storeLong(address, 1);
            DmaContainer container = machine.open("device");
            machine.pool.beforeNextGet(() -> {
                file.truncate();
                new DpageFile(machine.pool, machine.spaces.newFileMapping()).grow(GIB);
                file.grow(2 * GIB);
            });

            container.mapDma(0, address, file.bytes(), BOTH);

            assertThat(machine.pool.references(GIB >> 12)).as("the other owner's dpage").isEqualTo(1);
            assertThat(machine.pool.references(2 * GIB >> 12)).as("the file's dpage").isEqualTo(2);
        }
    }

    @ParameterizedTest(name = "refused after {0} references")
    @CsvSource({"0", "1", "5", "7"})
    void aFailureMidWayLeavesNothing(long references) {
        try (DeviceMachine machine = new DeviceMachine(PageSize.SIZE_2M)) {
            DpageFile file = machine.scatteredFile(GIB, 8);
            DmaContainer container = machine.open("device");
            machine.pool.refuseAfter(references);

            assertThatThrownBy(() -> container.mapDma(0, machine.mapWritable(file), file.bytes(), BOTH))
                    .isInstanceOfSatisfying(ErrnoException.class,
                            refused -> assertThat(refused.errno()).isEqualTo(Errno.ERANGE));

            assertThat(machine.pool.gets()).isEqualTo(references);
            assertThat(machine.pool.extraReferences()).isZero();
            assertThat(container.maps()).isEmpty();
            assertThatThrownBy(() -> read(container, 0)).isInstanceOf(ErrnoException.class);
        }
    }

    @Test
    void aFileThatEndsBeforeTheRangeFailsItAsAWhole() {
        try (DeviceMachine machine = new DeviceMachine(PageSize.SIZE_2M)) {
            DpageFile file = machine.file(GIB, 4);
            long address = machine.mapWritable(file);
            long bytes = file.bytes();
            file.truncate();
            file.grow(2 * GIB, 3 * GIB);
            DmaContainer container = machine.open("device");

            ErrnoException refused = catchThrowableOfType(ErrnoException.class,
                    () -> container.mapDma(0, address, bytes, BOTH));

            assertThat(refused.errno()).isEqualTo(Errno.EFAULT);
            assertThat(machine.pool.extraReferences()).isZero();
        }
    }

    @Test
    void pagesWithAStructPageArePinnedAndUnpinned() {
        try (DeviceMachine machine = new DeviceMachine(PageSize.SIZE_2M)) {
            long address = machine.anonymous(0x10000);
            DmaContainer container = machine.open("device");
            container.mapDma(0x5000, address, 0x10000, BOTH);
            write(container, 0x5000 + 0x8000, 99);
            assertThat(machine.task.addressSpace().loadLong(address + 0x8000)).isEqualTo(99);

            machine.task.addressSpace().munmap(address, 0x10000);
            assertThat(read(container, 0x5000 + 0x8000)).as("pinned").isEqualTo(99);

            assertThat(container.unmapDma(0x5000, 0x10000)).isEqualTo(0x10000);
            assertThat(machine.pool.gets()).as("references on dpages").isZero();
        }
    }

    @ParameterizedTest(name = "{0} bytes of pages, then {1}: {2}")
    @CsvSource({"65536, 0, ", "69632, 0, ENOMEM", "61440, 4096, ", "61440, 8192, ENOMEM"})
    void memlockBoundsPagesAndNotDmem(long first, long second, Errno errno) {
        try (DeviceMachine machine = new DeviceMachine(PageSize.SIZE_2M)) {
            DpageFile file = machine.file(GIB, 4);
            DmaContainer container = machine.open("dmem");
            container.mapDma(GIB, machine.mapWritable(file), file.bytes(), BOTH);
            DmaContainer other = machine.open("pages");

            ErrnoException refused = catchThrowableOfType(ErrnoException.class, () -> {
                container.mapDma(0, machine.anonymous(first), first, BOTH);
                if (second > 0) {
                    other.mapDma(0, machine.anonymous(second), second, BOTH);
                }
            });

            assertThat(refused == null ? null : refused.errno()).isEqualTo(errno);
            container.close();
            other.close();
            other.name();
            DmaContainer later = machine.open("later");
            later.mapDma(0, machine.anonymous(65_536), 65_536, BOTH);
        }
    }

    static long read(DmaContainer container, long iova) {
        byte[] bytes = new byte[8];
        container.engine().read(iova, MemorySegment.ofArray(bytes));
        return MemorySegment.ofArray(bytes).get(ValueLayout.JAVA_LONG_UNALIGNED, 0);
    }

    static void write(DmaContainer container, long iova, long value) {
        MemorySegment bytes = MemorySegment.ofArray(new byte[8]);
        bytes.set(ValueLayout.JAVA_LONG_UNALIGNED, 0, value);
        container.engine().write(iova, bytes);
    }
}
