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

final class Hugetlb2MRamTest extends PhysicalMemoryContract {
    private static HugePagePool pool;

    @BeforeAll
    static void borrow() {
        pool = new HugePagePool(PageSize.SIZE_2M, 64);
    }

    @AfterAll
    static void giveBack() {
        if (pool != null) {
            pool.close();
        }
    }

    @Override
    Reservation machine() {
        return machine("1x512M", "dmem=128M:128M");
    }

    @Override
    PhysicalMemory open(Reservation booted) {
        return HostRam.hugetlb(Host.memory(), booted, PageSize.SIZE_2M, Host.realPoison());
    }

    @Override
    long hostBytesAtFirst(Reservation booted) {
        return booted.bytes();
    }

    @Test
    void anExhaustedPoolIsRefusedWithHowToGetPagesBeforeAnythingIsExposed() throws Exception {
        shutDown();
        long free = Host.memory().freeHugePages(PageSize.SIZE_2M);
        Reservation reservation = machine("1x4T", "dmem=3T");
        assertThatThrownBy(() -> HostRam.hugetlb(Host.memory(), reservation, PageSize.SIZE_2M, Host.realPoison()))
                .isInstanceOf(ErrnoException.class).hasMessageContaining("1572864 huge pages of 2M")
                .hasMessageContaining("/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages")
                .extracting(refused -> ((ErrnoException) refused).errno()).isEqualTo(Errno.ENOMEM);
        assertNothingIsHeld();
        assertThat(Host.memory().freeHugePages(PageSize.SIZE_2M)).isEqualTo(free);
    }

    @Test
    void thePagesGoBackToTheHostsPool() throws Exception {
        long whileHeld = Host.memory().freeHugePages(PageSize.SIZE_2M);
        shutDown();
        assertThat(Host.memory().freeHugePages(PageSize.SIZE_2M)).isEqualTo(whileHeld + 64);
    }

    @Test
    void pagesOf4KAreNotHugetlbs() {
        assertErrno(Errno.EINVAL, () -> HostRam.hugetlb(Host.memory(), machine(), PageSize.SIZE_4K, Host.realPoison()));
    }
}
