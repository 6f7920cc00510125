package org.dmemfs.vfio.type1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.lang.foreign.MemorySegment;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Set;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.kernel.SeriesVersion;
import org.dmemfs.mm.MapFlag;
import org.dmemfs.mm.Protection;
import org.dmemfs.vfio.DmaMap;
import org.dmemfs.vfio.DmaPermission;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What type1 refuses, all of it before the first page is touched. */
class MapChecksTest {
    private static final Set<DmaPermission> BOTH = Set.of(DmaPermission.READ, DmaPermission.WRITE);

    private final DeviceMachine machine = new DeviceMachine(PageSize.SIZE_2M);
    private DmaContainer container;
    private long address;

    @BeforeEach
    void mapAFileOf16M() {
        address = machine.mapWritable(machine.file(DeviceMachine.GIB, 8));
        container = machine.open("device");
    }

    @AfterEach
    void close() {
        machine.close();
    }

    private void refused(Errno errno, Runnable call) {
        ErrnoException refusal = catchThrowableOfType(ErrnoException.class, call::run);
        assertThat(refusal).isNotNull();
        assertThat(refusal.errno()).as(refusal.getMessage()).isEqualTo(errno);
    }

    @ParameterizedTest(name = "iova {0}, {1} into the mapping, {2} bytes, {3}: {4}")
    @CsvSource({
            "0x1800,         0,        0x1000,             READ,  EINVAL",
            "0x1000,         0x800,    0x1000,             READ,  EINVAL",
            "0x1000,         0,        0x1800,             READ,  EINVAL",
            "0x1000,         0,        0,                  READ,  EINVAL",
            "0x1000,         0,        -4096,              READ,  EINVAL",
            "0x1000,         0,        0x1000,             NONE,  EINVAL",
            "-0x1000,        0,        0x1000,             READ,  EINVAL",
            "0xfffffffff000, 0,        0x2000,             READ,  EINVAL",
            "0x0,            0,        0x7ffffffffffff000, READ,  EINVAL",
            "0xfee00000,     0,        0x1000,             READ,  EINVAL",
            "0xfedff000,     0,        0x2000,             READ,  EINVAL",
            "0x1000,         0xfff000, 0x2000,             READ,  EFAULT",
            "0x1000,         -0x1000,  0x2000,             READ,  EFAULT"})
    void argumentsThatDoNotFit(String iova, String offset, String bytes, String permission, Errno errno) {
        Set<DmaPermission> permissions = permission.equals("NONE")
                ? EnumSet.noneOf(DmaPermission.class)
                : Set.of(DmaPermission.valueOf(permission));

        refused(errno, () -> container.mapDma(Long.decode(iova), address + Long.decode(offset), Long.decode(bytes),
                permissions));

        assertThat(machine.task.addressSpace().counts().pmdFaults()).isZero();
        assertThat(container.maps()).isEmpty();
    }

    @Test
    @SuppressWarnings("NullAway") // what a caller without the checker may pass
    void permissionsThatAreMissingAreRefusedLikeNone() {
        Set<DmaPermission> withNull = new HashSet<>();
        withNull.add(null);

        refused(Errno.EINVAL, () -> container.mapDma(0x1000, address, 0x1000, null));
        refused(Errno.EINVAL, () -> container.mapDma(0x1000, address, 0x1000, withNull));
        refused(Errno.EINVAL, () -> container.needs(0x1000, address, 0x1000, null));
        assertThat(container.maps()).isEmpty();
    }

    @Test
    @SuppressWarnings("NullAway") // as above
    void whatElseIsMissingIsRefusedToo() {
        refused(Errno.EINVAL, () -> machine.type1.open(null, machine.task));
        refused(Errno.EINVAL, () -> machine.type1.open(" ", machine.task));
        refused(Errno.EINVAL, () -> machine.type1.open("device", null));
        refused(Errno.EINVAL, () -> container.engine().read(0, null));
        refused(Errno.EINVAL, () -> container.engine().write(0, null));
        refused(Errno.EINVAL, () -> container.engine().gather(null, MemorySegment.ofArray(new byte[8])));
    }

    @ParameterizedTest(name = "{1} bytes at {0}: {2}")
    @CsvSource({
            "0x0ff000, 0x1000, ",
            "0x0ff000, 0x2000, EEXIST",
            "0x100000, 0x1000, EEXIST",
            "0x102000, 0x1000, EEXIST",
            "0x0ff000, 0x8000, EEXIST",
            "0x103000, 0x1000, ",
            "0x104000, 0x1000, "})
    void aRangeThatOverlapsAMap(String iova, String bytes, Errno errno) {
        container.mapDma(0x100000, address, 0x3000, BOTH);
        Runnable call = () -> container.mapDma(Long.decode(iova), address, Long.decode(bytes), BOTH);

        if (errno == null) {
            call.run();
            assertThat(container.maps()).hasSize(2);
        } else {
            refused(errno, call);
            assertThat(container.maps()).hasSize(1);
        }
    }

    @ParameterizedTest(name = "series {0} without {1}: a device that writes, mapping {2}: {3}")
    @CsvSource({
            "repaired, 0,  R,  EFAULT",
            "v1,       0,  R,  EFAULT",
            "repaired, 25, R,  ",
            "repaired, 0,  RW, "})
    void aReadOnlyMappingForADeviceThatWrites(String series, int without, String protection, Errno errno) {
        machine.use(SeriesVersion.parse(series), without == 0 ? new int[0] : new int[]{without});
        DpageFile file = machine.file(2 * DeviceMachine.GIB, 1);
        long mapped = protection.equals("R") ? machine.map(file, Protection.READ) : machine.mapWritable(file);
        // fixup_user_fault has always refused; what 25 adds is the entry that is there already
        machine.task.addressSpace().loadLong(mapped);
        Runnable call = () -> container.mapDma(0, mapped, file.bytes(), BOTH);

        if (errno == null) {
            call.run();
            assertThat(container.maps()).hasSize(1);
        } else {
            refused(errno, call);
        }
        container.mapDma(DeviceMachine.GIB, mapped, file.bytes(), Set.of(DmaPermission.READ));
    }

    @Test
    void theReadOnlyMappingAtTheEndOfARangeIsFoundBeforeThePagesAtItsStart() {
        DpageFile file = machine.file(2 * DeviceMachine.GIB, 1);
        machine.task.addressSpace().mmap(address + 16 * DeviceMachine.MIB, file.bytes(), Set.of(Protection.READ),
                Set.of(MapFlag.SHARED, MapFlag.FIXED), file, 0);

        refused(Errno.EFAULT, () -> container.mapDma(0, address, 18 * DeviceMachine.MIB, BOTH));

        assertThat(machine.task.addressSpace().counts().pmdFaults()).isZero();
    }

    @Test
    void the65536thMap() {
        for (long map = 0; map < 65_535; map++) {
            container.mapDma(map << 12, address, 0x1000, BOTH);
        }

        refused(Errno.ENOSPC, () -> container.mapDma(65_535L << 12, address, 0x1000, BOTH));

        assertThat(machine.pool.extraReferences()).isEqualTo(65_535);
        assertThat(container.unmapDma(0, 65_535L << 12)).isEqualTo(65_535L << 12);
        assertThat(machine.pool.extraReferences()).isZero();
    }

    @ParameterizedTest(name = "unmap of {1} bytes at {0}: {2}")
    @CsvSource({
            "0x100000, 0x2000,  EINVAL",
            "0x101000, 0x2000,  EINVAL",
            "0x0,      0x101000,EINVAL",
            "0x102000, 0x10000, EINVAL",
            "0x100800, 0x3000,  EINVAL",
            "0x100000, 0,       EINVAL",
            "0x100000, 0x3000,  12288",
            "0x0,      0x103000,12288",
            "0x0,      0x200000,16384",
            "0x200000, 0x1000,  0"})
    void anUnmapTakesWholeMapsOrNone(String iova, String bytes, String answer) {
        container.mapDma(0x100000, address, 0x3000, BOTH);
        container.mapDma(0x103000, address, 0x1000, BOTH);
        long before = container.maps().stream().mapToLong(DmaMap::bytes).sum();

        if (answer.equals("EINVAL")) {
            refused(Errno.EINVAL, () -> container.unmapDma(Long.decode(iova), Long.decode(bytes)));
            assertThat(container.maps()).hasSize(2);
        } else {
            assertThat(container.unmapDma(Long.decode(iova), Long.decode(bytes))).isEqualTo(Long.parseLong(answer));
            assertThat(container.maps().stream().mapToLong(DmaMap::bytes).sum())
                    .isEqualTo(before - Long.parseLong(answer));
        }
    }
}
