package org.dmemfs.reserve.hostram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.reserve.DmemRegion;
import org.dmemfs.reserve.HostRange;
import org.dmemfs.reserve.MemoryBacking;
import org.dmemfs.reserve.PhysicalMemory;
import org.dmemfs.reserve.Reservation;
import org.dmemfs.reserve.simulatedram.SimulatedRam;
import org.junit.jupiter.api.Test;

final class SimulatedRamTest extends PhysicalMemoryContract {
    @Override
    Reservation machine() {
        return machine("1x512M", "dmem=256M");
    }

    @Override
    PhysicalMemory open(Reservation booted) {
        return new SimulatedRam(Host.memory(), booted);
    }

    @Override
    long hostBytesAtFirst(Reservation booted) {
        return 0;
    }

    @Test
    void sixteenTebibytesCostWhatIsTouched() {
        Reservation reservation = machine("64x256G", "dmem=240G");
        try (SimulatedRam ram = new SimulatedRam(Host.memory(), reservation)) {
            for (DmemRegion region : reservation.regions()) {
                ram.bytes().storeLong(region.endPhysicalAddress() - 8, region.node() + 1);
            }
            assertThat(reservation.regions())
                    .allMatch(region -> ram.bytes().loadLong(region.endPhysicalAddress() - 8) == region.node() + 1);
            assertThat(ram.hostBytes()).isEqualTo(64 * 4096);
            assertThat(ram.backing()).isEqualTo(MemoryBacking.SIMULATED);
        }
    }

    @Test
    void regionsThatTouchAreOneRun() {
        Reservation reservation = machine("2x256M", "dmem=256M");
        try (SimulatedRam ram = new SimulatedRam(Host.memory(), reservation)) {
            HostRange run = ram.hostRange(0x8000, 0x18000);
            assertThat(run.bytes()).isEqualTo(reservation.bytes());
            assertThat(run.offsetBytes()).isZero();
        }
    }

    @Test
    void moreThanTheHostsAddressSpaceIsRefusedAndNothingIsLeft() throws Exception {
        shutDown();
        Reservation reservation = machine("1x1P", "dmem=1T");
        assertThatThrownBy(() -> new SimulatedRam(Host.memory(), reservation)).isInstanceOf(ErrnoException.class)
                .extracting(refused -> ((ErrnoException) refused).errno()).isEqualTo(Errno.ENOMEM);
        assertNothingIsHeld();
    }
}
