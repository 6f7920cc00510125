package org.dmemfs.vfio.type1;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.tracing.KernelLog.Line;
import org.dmemfs.vfio.DmaPermission;
import org.dmemfs.vfio.PoisonedEntry;
import org.dmemfs.vfio.StaleDpage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a device still reaches: dpages that its file has given away, frames that went bad. */
class ReachTest {
    private static final Set<DmaPermission> BOTH = Set.of(DmaPermission.READ, DmaPermission.WRITE);
    private static final long GIB = DeviceMachine.GIB;
    private static final long MIB = DeviceMachine.MIB;

    @ParameterizedTest(name = "iova {0}")
    @CsvSource({"0x0", "0x1000", "0x80000000"})
    void afterARegrowADpageThatTheTaskTouchedIsStale(String iova) {
        try (DeviceMachine machine = new DeviceMachine(PageSize.SIZE_2M)) {
            long device = Long.decode(iova);
            DpageFile file = machine.file(GIB, 3);
            long address = machine.mapWritable(file);
            DmaContainer container = machine.open("device");
            container.mapDma(device, address, file.bytes(), BOTH);
            assertThat(container.staleDpages()).isEmpty();

            file.truncate();
            file.grow(2 * GIB, 2 * GIB + 8 * MIB, 2 * GIB + 4 * MIB);
            assertThat(container.staleDpages()).as("nobody has touched it").isEmpty();
            machine.task.addressSpace().loadLong(address + 2 * MIB);

            assertThat(container.staleDpages()).containsExactly(new StaleDpage(device + 2 * MIB, 2 * MIB, "dpages",
                    2 * MIB, GIB + 2 * MIB, 2 * GIB + 8 * MIB));
        }
    }

    @Test
    void aMapOfTheNewMemoryIsNotStale() {
        try (DeviceMachine machine = new DeviceMachine(PageSize.SIZE_2M)) {
            DpageFile file = machine.file(GIB, 1);
            long address = machine.mapWritable(file);
            DmaContainer container = machine.open("device");
            container.mapDma(0, address, file.bytes(), BOTH);
            file.truncate();
            file.grow(2 * GIB);

            container.mapDma(4 * MIB, address, file.bytes(), BOTH);

            assertThat(container.staleDpages()).extracting(StaleDpage::iova).containsExactly(0L);
        }
    }

    @Test
    void aMunmappedRangeIsNotStale() {
        try (DeviceMachine machine = new DeviceMachine(PageSize.SIZE_2M)) {
            DpageFile file = machine.file(GIB, 1);
            long address = machine.mapWritable(file);
            DmaContainer container = machine.open("device");
            container.mapDma(0, address, file.bytes(), BOTH);

            machine.task.addressSpace().munmap(address, file.bytes());

            assertThat(container.staleDpages()).isEmpty();
        }
    }

    @Test
    void badFramesAreShownWhereTheDeviceReachesThem() {
        try (DeviceMachine machine = new DeviceMachine(PageSize.SIZE_2M)) {
            DpageFile file = machine.file(GIB, 2);
            long address = machine.mapWritable(file);
            DmaContainer container = machine.open("device");
            container.mapDma(0x10000, address, file.bytes(), BOTH);
            container.mapDma(GIB, address, 2 * MIB, BOTH);
            long first = GIB >> 12;

            machine.memory.poison(first + 5);
            machine.memory.poison(first + 7);
            machine.memory.poison(first + 512);
            machine.memory.poison(first + 5000);

            assertThat(container.poisonedEntries()).containsExactly(new PoisonedEntry(0x10000 + 5 * 4096, first + 5),
                    new PoisonedEntry(0x10000 + 7 * 4096, first + 7),
                    new PoisonedEntry(0x10000 + 2 * MIB, first + 512),
                    new PoisonedEntry(GIB + 5 * 4096, first + 5), new PoisonedEntry(GIB + 7 * 4096, first + 7));
        }
    }

    @Test
    void aFrameThatGoesBadIsLoggedForEachEntryThatLeadsToIt() {
        try (DeviceMachine machine = new DeviceMachine(PageSize.SIZE_2M)) {
            DpageFile file = machine.file(GIB, 1);
            long address = machine.mapWritable(file);
            machine.open("idle");
            DmaContainer container = machine.open("nic");
            container.mapDma(0, address, file.bytes(), BOTH);
            container.mapDma(4 * MIB, address + 0x8000, 0x4000, BOTH);
            long line = machine.log.nextSequence();

            machine.type1.poisoned((GIB >> 12) + 9);

            assertThat(machine.log.since(line)).extracting(Line::text).containsExactly(
                    "vfio: container nic maps the bad frame 0x40009 at iova 0x9000: the entry stays",
                    "vfio: container nic maps the bad frame 0x40009 at iova 0x401000: the entry stays");
            assertThat(container.maps()).hasSize(2);
        }
    }
}
