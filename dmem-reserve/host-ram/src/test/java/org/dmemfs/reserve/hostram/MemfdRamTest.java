package org.dmemfs.reserve.hostram;

import static org.assertj.core.api.Assertions.assertThat;

import org.dmemfs.kernel.Errno;
import org.dmemfs.reserve.PhysicalMemory;
import org.dmemfs.reserve.Reservation;
import org.junit.jupiter.api.Test;

final class MemfdRamTest extends PhysicalMemoryContract {
    @Override
    Reservation machine() {
        return machine("1x512M", "dmem=128M");
    }

    @Override
    PhysicalMemory open(Reservation booted) {
        return HostRam.memfd(Host.memory(), booted, Host.realPoison());
    }

    @Override
    long hostBytesAtFirst(Reservation booted) {
        return booted.bytes();
    }

    @Test
    void moreThanTheHostHasIsRefusedBeforeAnythingIsExposed() throws Exception {
        shutDown();
        Reservation reservation = machine("1x16T", "dmem=15T");
        assertErrno(Errno.ENOMEM, () -> HostRam.memfd(Host.memory(), reservation, Host.realPoison()));
        assertNothingIsHeld();
    }

    @Test
    void theDescriptionSaysWhatWasTaken() {
        try (HostRam ram = HostRam.memfd(Host.memory(), machine(), Host.realPoison())) {
            assertThat(ram.description()).contains("128M").contains("32768 pages of 4K");
        }
    }
}
