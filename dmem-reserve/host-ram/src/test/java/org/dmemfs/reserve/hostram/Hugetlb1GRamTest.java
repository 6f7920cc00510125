package org.dmemfs.reserve.hostram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.reserve.PhysicalMemory;
import org.dmemfs.reserve.Reservation;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

final class Hugetlb1GRamTest extends PhysicalMemoryContract {
    private static HugePagePool pool;

    @BeforeAll
    static void borrow() {
        pool = new HugePagePool(PageSize.SIZE_1G, 1);
    }

    @AfterAll
    static void giveBack() {
        if (pool != null) {
            pool.close();
        }
    }

    @Override
    Reservation machine() {
        return machine("1x3G", "dmem=1G:1G");
    }

    @Override
    PhysicalMemory open(Reservation booted) {
        return HostRam.hugetlb(Host.memory(), booted, PageSize.SIZE_1G, Host.realPoison());
    }

    @Override
    long hostBytesAtFirst(Reservation booted) {
        return booted.bytes();
    }

    @Test
    void aRegionThatIsNotWholePagesIsRefusedWithTheAlignmentToAskFor() {
        Reservation reservation = machine("1x3G", "dmem=1152M");
        assertThatThrownBy(() -> HostRam.hugetlb(Host.memory(), reservation, PageSize.SIZE_1G, Host.realPoison()))
                .hasMessageContaining("is not whole pages of 1G: accepted is dmem=SIZE:1G")
                .extracting(refused -> ((ErrnoException) refused).errno()).isEqualTo(Errno.EINVAL);
    }

    @Test
    void theDescriptionNamesThePages() throws Exception {
        shutDown();
        try (HostRam ram = HostRam.hugetlb(Host.memory(), machine(), PageSize.SIZE_1G, Host.realPoison())) {
            assertThat(ram.description()).contains("1 page of 1G");
        }
    }
}
