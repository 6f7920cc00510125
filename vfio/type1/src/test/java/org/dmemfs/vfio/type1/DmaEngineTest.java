package org.dmemfs.vfio.type1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.vfio.DmaPermission;
import org.dmemfs.vfio.ScatterEntry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A device obeys its IOMMU. */
class DmaEngineTest {
    private static final long IOVA = 0x1_0000_1000L;
    private static final int BYTES = 8 * 1024 * 1024;

    private final DeviceMachine machine = new DeviceMachine(PageSize.SIZE_2M);
    private DmaContainer container;
    private long address;

    @BeforeEach
    void mapFourScatteredDpages() {
        address = machine.mapWritable(machine.scatteredFile(DeviceMachine.GIB, 4));
        container = machine.open("device");
    }

    @AfterEach
    void close() {
        machine.close();
    }

    private void map(DmaPermission... permissions) {
        container.mapDma(IOVA, address, BYTES, Set.of(permissions));
    }

    @Test
    void whatTheDeviceWritesTheTaskReadsAcrossEntries() {
        map(DmaPermission.READ, DmaPermission.WRITE);
        byte[] pattern = new byte[BYTES - 12_345];
        new Random(1).nextBytes(pattern);

        container.engine().write(IOVA + 777, MemorySegment.ofArray(pattern));

        byte[] seen = new byte[pattern.length];
        machine.task.addressSpace().copyOut(address + 777, MemorySegment.ofArray(seen), 0, seen.length);
        assertThat(seen).isEqualTo(pattern);
        byte[] readBack = new byte[pattern.length];
        container.engine().read(IOVA + 777, MemorySegment.ofArray(readBack));
        assertThat(readBack).isEqualTo(pattern);
    }

    @ParameterizedTest(name = "map for {0}, the device {1} {3} bytes at {2}: {4}")
    @CsvSource({
            "READ,  reads,  0,        8, ",
            "READ,  writes, 0,        8, EFAULT",
            "WRITE, writes, 0,        8, ",
            "WRITE, reads,  0,        8, EFAULT",
            "READ,  reads,  -1,       1, EFAULT",
            "READ,  reads,  0x7fffff, 1, ",
            "READ,  reads,  0x7fffff, 2, EFAULT",
            "READ,  reads,  0x7fff000000000000, 1, EFAULT",
            "READ,  reads,  -0x7000000000000000, 1, EFAULT",
            "READ,  reads,  -1,       0, "})
    void anAddressOutsideTheTableIsAnIommuFault(DmaPermission permission, String verb, String offset, int bytes,
            Errno errno) {
        map(permission);
        MemorySegment buffer = MemorySegment.ofArray(new byte[bytes]);

        ErrnoException refused = catchThrowableOfType(ErrnoException.class, () -> {
            if (verb.equals("reads")) {
                container.engine().read(IOVA + Long.decode(offset), buffer);
            } else {
                container.engine().write(IOVA + Long.decode(offset), buffer);
            }
        });

        assertThat(refused == null ? null : refused.errno()).isEqualTo(errno);
    }

    @Test
    void beforeABadFrameAllHasBeenRead() {
        map(DmaPermission.READ);
        byte[] pattern = new byte[5 * 4096];
        new Random(2).nextBytes(pattern);
        machine.task.addressSpace().copyIn(MemorySegment.ofArray(pattern), 0, address, pattern.length);
        machine.memory.poison(machine.task.addressSpace().followPfn(address + 3 * 4096));
        byte[] seen = new byte[pattern.length];

        ErrnoException refused = catchThrowableOfType(ErrnoException.class,
                () -> container.engine().read(IOVA, MemorySegment.ofArray(seen)));

        assertThat(refused.errno()).isEqualTo(Errno.EHWPOISON);
        assertThat(refused).hasMessageContaining("0x%x".formatted(IOVA + 3 * 4096));
        assertThat(MemorySegment.ofArray(seen).mismatch(MemorySegment.ofArray(pattern))).isEqualTo(3 * 4096);
        container.engine().read(IOVA + 4 * 4096, MemorySegment.ofArray(seen).asSlice(0, 4096));
    }

    @Test
    void aReadOnlyTargetIsRefused() {
        map(DmaPermission.READ);

        ErrnoException refused = catchThrowableOfType(ErrnoException.class,
                () -> container.engine().read(IOVA, MemorySegment.ofArray(new byte[8]).asReadOnly()));

        assertThat(refused.errno()).isEqualTo(Errno.EINVAL);
    }

    @Test
    void afterTheUnmapNothingIsReached() {
        map(DmaPermission.READ);
        container.unmapDma(IOVA, BYTES);

        ErrnoException refused = catchThrowableOfType(ErrnoException.class,
                () -> container.engine().read(IOVA, MemorySegment.ofArray(new byte[8])));

        assertThat(refused.errno()).isEqualTo(Errno.EFAULT);
    }

    @Test
    void aScatterListIsWrittenAndGatheredInItsOrder() {
        map(DmaPermission.READ, DmaPermission.WRITE);
        byte[] pattern = new byte[9_000];
        new Random(3).nextBytes(pattern);
        List<ScatterEntry> list = List.of(new ScatterEntry(IOVA + 0x3f_f000, 5_000), new ScatterEntry(IOVA, 1_000),
                new ScatterEntry(IOVA + 0x70_0001, 3_000));

        container.engine().scatter(list, MemorySegment.ofArray(pattern));

        byte[] middle = new byte[1_000];
        container.engine().read(IOVA, MemorySegment.ofArray(middle));
        assertThat(middle).isEqualTo(Arrays.copyOfRange(pattern, 5_000, 6_000));
        byte[] seen = new byte[9_000];
        container.engine().gather(list, MemorySegment.ofArray(seen));
        assertThat(seen).isEqualTo(pattern);
    }

    @ParameterizedTest(name = "a list of 2 x 100 bytes and a buffer of {0}: {1}")
    @CsvSource({"200, ", "199, EINVAL", "201, EINVAL", "0, EINVAL"})
    void aScatterListIsAsLongAsItsBuffer(int bytes, Errno errno) {
        map(DmaPermission.READ);
        List<ScatterEntry> list = List.of(new ScatterEntry(IOVA, 100), new ScatterEntry(IOVA, 100));

        ErrnoException refused = catchThrowableOfType(ErrnoException.class,
                () -> container.engine().gather(list, MemorySegment.ofArray(new byte[bytes])));

        assertThat(refused == null ? null : refused.errno()).isEqualTo(errno);
    }

    @Test
    void aScatterEntryOfNothingIsRefused() {
        ErrnoException refused = catchThrowableOfType(ErrnoException.class, () -> new ScatterEntry(IOVA, 0));

        assertThat(refused.errno()).isEqualTo(Errno.EINVAL);
    }
}
