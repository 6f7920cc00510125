package org.dmemfs.vfio.type1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.Set;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.kernel.SeriesVersion;
import org.dmemfs.vfio.DmaPermission;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a map counts on its dpages in each series (patch 36, 12.2.18). */
class HoldTest {
    private static final Set<DmaPermission> READ = Set.of(DmaPermission.READ);
    private static final long GIB = DeviceMachine.GIB;

    @ParameterizedTest(name = "series {0}, dpages of {1}: {2}")
    @CsvSource({
            "repaired, SIZE_4K, 2",
            "repaired, SIZE_2M, 2",
            "repaired, SIZE_1G, 2",
            "v2,       SIZE_4K, 2",
            "v2,       SIZE_2M, 1024",
            "v2,       SIZE_1G, 524288",
            "v1,       SIZE_2M, 0"})
    void referencesOfAMapOfTwoDpages(String series, PageSize size, long references) {
        try (DeviceMachine machine = new DeviceMachine(size)) {
            machine.use(SeriesVersion.parse(series));
            DpageFile file = machine.file(GIB, 2);
            DmaContainer container = machine.open("device");

            container.mapDma(0, machine.mapWritable(file), file.bytes(), READ);

            assertThat(container.maps().getFirst().references()).isEqualTo(references);
            container.close();
            assertThat(machine.pool.extraReferences()).isZero();
        }
    }

    @Test
    void asPostedThe8192ndMapOfA1GDpageOverflowsItsCount() {
        try (DeviceMachine machine = new DeviceMachine(PageSize.SIZE_1G)) {
            machine.use(SeriesVersion.V2);
            DpageFile file = machine.file(GIB, 1);
            long address = machine.mapWritable(file);
            DmaContainer container = machine.open("device");
            for (long map = 0; map < 8191; map++) {
                container.mapDma(map * GIB * 2, address, GIB, READ);
            }
            long maps = machine.pool.extraReferences();
            long line = machine.log.nextSequence();

            ErrnoException refused = catchThrowableOfType(ErrnoException.class,
                    () -> container.mapDma(8191 * GIB * 2, address, GIB, READ));

            assertThat(refused.errno()).isEqualTo(Errno.EFAULT);
            assertThat(machine.log.since(line).getFirst().text()).startsWith("kernel BUG: get_dmem_pfn");
            assertThat(machine.task.alive()).as("the task that oopsed").isFalse();
            assertThat(machine.pool.extraReferences()).isEqualTo(maps);
        }
    }

    @Test
    void repairedThe8192ndMapIsAMapAsAnyOther() {
        try (DeviceMachine machine = new DeviceMachine(PageSize.SIZE_1G)) {
            DpageFile file = machine.file(GIB, 1);
            long address = machine.mapWritable(file);
            DmaContainer container = machine.open("device");

            for (long map = 0; map < 8192; map++) {
                container.mapDma(map * GIB * 2, address, GIB, READ);
            }

            assertThat(machine.pool.references(GIB >> 12)).isEqualTo(8193);
        }
    }

    @Test
    void aMapGivesBackByTheRuleThatItWasMadeUnder() {
        try (DeviceMachine machine = new DeviceMachine(PageSize.SIZE_2M)) {
            DpageFile file = machine.file(GIB, 4);
            DmaContainer container = machine.open("device");
            container.mapDma(0, machine.mapWritable(file), file.bytes(), READ);

            machine.use(SeriesVersion.V1);
            container.unmapDma(0, file.bytes());

            assertThat(machine.pool.extraReferences()).isZero();
        }
    }
}
