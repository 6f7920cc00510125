package org.dmemfs.kvm.hostkvm;

import org.dmemfs.kernel.PageSize;
import org.dmemfs.kvm.kit.Bench;
import org.dmemfs.kvm.kit.SlotContract;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;

/** Slots made of huge pages of the host. */
class HugetlbSlotTest extends SlotContract {
    private static @Nullable BorrowedHugePages pages;

    private @Nullable HostBench host;

    @BeforeAll
    static void borrow() {
        pages = BorrowedHugePages.take(HugetlbMemory.PAGES);
    }

    @AfterAll
    static void returnThem() {
        if (pages != null) {
            pages.close();
        }
    }

    @Override
    protected PageSize smallestPage() {
        return HostBench.hugePage();
    }

    @Override
    protected PageSize largestPage() {
        return HostBench.hugePage();
    }

    @Override
    protected boolean logsReads() {
        return true;
    }

    @Override
    protected Bench bench() {
        HostBench made = HostBench.hugetlb();
        host = made;
        return made.bench();
    }

    @AfterEach
    void giveBack() {
        if (host != null) {
            host.close();
        }
    }
}
