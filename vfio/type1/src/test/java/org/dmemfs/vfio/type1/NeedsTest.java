package org.dmemfs.vfio.type1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.Random;
import java.util.Set;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.kernel.SeriesVersion;
import org.dmemfs.mm.Protection;
import org.dmemfs.vfio.DmaMap;
import org.dmemfs.vfio.DmaNeeds;
import org.dmemfs.vfio.DmaPermission;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a map would take, before it is tried, against what it then takes. */
class NeedsTest {
    private static final Set<DmaPermission> BOTH = Set.of(DmaPermission.READ, DmaPermission.WRITE);
    private static final long GIB = DeviceMachine.GIB;

    @ParameterizedTest(name = "series {0}, {2} scattered dpages of {1} at iova {3}, touched {4}")
    @CsvSource({
            "repaired, SIZE_4K, 7,  0x0,       false",
            "repaired, SIZE_2M, 7,  0x0,       false",
            "repaired, SIZE_2M, 7,  0x1000,    false",
            "repaired, SIZE_2M, 7,  0x200000,  true",
            "repaired, SIZE_1G, 2,  0x0,       false",
            "repaired, SIZE_1G, 2,  0x200000,  false",
            "repaired, SIZE_1G, 2,  0x40000000,true",
            "v2,       SIZE_2M, 7,  0x0,       false",
            "v2,       SIZE_2M, 7,  0x0,       true",
            "v1,       SIZE_2M, 7,  0x0,       true"})
    void aMapOfDmemTakesWhatWasForetold(String series, PageSize size, int dpages, String iova, boolean touched) {
        try (DeviceMachine machine = new DeviceMachine(size)) {
            machine.use(SeriesVersion.parse(series));
            DpageFile file = machine.scatteredFile(GIB, dpages);
            long address = machine.mapWritable(file);
            for (long dpage = 0; touched && dpage < dpages; dpage++) {
                machine.task.addressSpace().loadLong(address + dpage * size.bytes());
            }
            DmaContainer container = machine.open("device");

            DmaNeeds needs = container.needs(Long.decode(iova), address, file.bytes(), BOTH);

            assertThat(machine.pool.gets()).isZero();
            assertThat(needs.absentBytes()).isEqualTo(touched ? 0 : file.bytes());
            assertThat(needs.memlockBytes()).isZero();
            container.mapDma(Long.decode(iova), address, file.bytes(), BOTH);
            DmaMap map = container.maps().getFirst();
            assertThat(new long[]{needs.entries4K(), needs.entries2M(), needs.entries1G(), needs.references()})
                    .containsExactly(map.entries4K(), map.entries2M(), map.entries1G(), map.references());
        }
    }

    @ParameterizedTest(name = "{0} bytes of pages after {1}: within the limits {2}")
    @CsvSource({"65536, 0, true", "69632, 0, false", "61440, 4096, true", "61440, 8192, false"})
    void memlockIsForetold(long bytes, long before, boolean within) {
        try (DeviceMachine machine = new DeviceMachine(PageSize.SIZE_2M)) {
            DmaContainer container = machine.open("device");
            if (before > 0) {
                container.mapDma(GIB, machine.anonymous(before), before, BOTH);
            }

            DmaNeeds needs = container.needs(0, machine.anonymous(bytes), bytes, BOTH);

            assertThat(needs.isWithinLimits()).isEqualTo(within);
            assertThat(needs.memlockBytes()).isEqualTo(bytes);
            assertThat(needs.memlockLeftBytes()).isEqualTo(65_536 - before);
            assertThat(needs.mapsLeft()).isEqualTo(before > 0 ? 65_534 : 65_535);
        }
    }

    @Test
    void whatAMapWouldRefuseThePreviewRefuses() {
        try (DeviceMachine machine = new DeviceMachine(PageSize.SIZE_2M)) {
            DpageFile file = machine.file(GIB, 1);
            long address = machine.map(file, Protection.READ);
            DmaContainer container = machine.open("device");

            ErrnoException refused = catchThrowableOfType(ErrnoException.class,
                    () -> container.needs(0, address, file.bytes(), BOTH));

            assertThat(refused.errno()).isEqualTo(Errno.EFAULT);
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @CsvSource({"1", "2", "3"})
    void entriesOfARunAreCountedAsTheTableMakesThem(long seed) {
        Random random = new Random(seed);
        for (int step = 0; step < 30; step++) {
            long iova = random.nextLong(1L << 19) << (random.nextBoolean() ? 12 : 21);
            long shift = random.nextBoolean() ? iova & (1L << 30) - 1 : random.nextLong(1L << 18) << 12;
            long physicalAddress = shift + (1L << 40);
            long frames = 1 + random.nextLong(1L << 20);
            EntryCounts made = new EntryCounts();
            EntryCounts counted = new EntryCounts();
            try (IoPageTable table = new IoPageTable()) {
                table.install(iova, physicalAddress >> 12, frames, IoEntry.READ, made);
            }

            counted.addRun(iova, physicalAddress, frames << 12);

            for (PageSize size : PageSize.values()) {
                assertThat(counted.of(size)).as("%s, iova 0x%x", size, iova).isEqualTo(made.of(size));
            }
        }
    }
}
