package org.dmemfs.linux.native_;

import static org.assertj.core.api.Assertions.assertThat;
import static org.dmemfs.linux.native_.SharedMemoryTest.assertRefused;

import java.util.List;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.linux.AddressWindow;
import org.dmemfs.linux.HostMemory;
import org.dmemfs.linux.SharedMemory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A bad page is bad in every window, and no other is. Looked at by process_vm_readv, so that no signal is raised. */
class HostUserfaultTest {
    private static final long PAGE = 4096;
    private static final long PAGES = 8;
    private static final long BAD = 3 * PAGE;

    private final HostMemory memory = Host.memory();
    private final Userfault userfault = userfault();
    private final ProcessMemory bytes = new ProcessMemory(new LibC());
    private final SharedMemory file = memory.createPopulated("bad", PAGES * PAGE);
    private final AddressWindow window = memory.reserve(4 * PAGES * PAGE, PageSize.SIZE_4K);

    private static Userfault userfault() {
        try {
            return UserfaultSelfTest.pass();
        } catch (ErrnoException absent) {
            return Assumptions.abort("no host userfault facility: " + absent.getMessage());
        }
    }

    @AfterEach
    void giveBack() {
        window.close();
        file.close();
        userfault.close();
    }

    @Test
    void itIsBadInEveryWindowThatMapsItAndInEveryOneThatWill() {
        window.map(0, file, 0, PAGES * PAGE);
        window.map(PAGES * PAGE, file, 2 * PAGE, 2 * PAGE);
        fill();
        userfault.poison(file, BAD);
        try (AddressWindow later = memory.reserve(PAGES * PAGE, PageSize.SIZE_4K)) {
            later.map(0, file, 0, PAGES * PAGE);
            for (long page = 0; page < PAGES; page++) {
                assertPage(window, page * PAGE, page, page * PAGE == BAD);
                assertPage(later, page * PAGE, page, page * PAGE == BAD);
            }
        }
        assertPage(window, PAGES * PAGE, 2, false);
        assertPage(window, (PAGES + 1) * PAGE, 3, true);
    }

    @Test
    void aSecondTimeChangesNothing() {
        window.map(0, file, 0, PAGES * PAGE);
        fill();
        userfault.poison(file, BAD);
        userfault.poison(file, BAD);
        assertPage(window, BAD, 3, true);
        assertPage(window, BAD - PAGE, 2, false);
    }

    @Test
    void aRevokeAndAnotherMappingDoNotHealIt() {
        window.map(0, file, 0, PAGES * PAGE);
        fill();
        userfault.poison(file, BAD);
        window.revoke(BAD, PAGE);
        window.map(BAD, file, BAD, PAGE);
        assertPage(window, BAD, 3, true);
        window.revoke(0, PAGES * PAGE);
        window.map(0, file, PAGE, 4 * PAGE);
        assertPage(window, BAD - PAGE, 3, true);
        assertPage(window, BAD, 4, false);
    }

    @Test
    void aTouchInBetweenDoesNotBringItBack() throws InterruptedException {
        window.map(0, file, 0, PAGES * PAGE);
        fill();
        long address = window.segment().address();
        Thread toucher = new Thread(() -> {
            while (!Thread.currentThread().isInterrupted()) {
                try {
                    bytes.load(address + BAD);
                } catch (ErrnoException bad) {
                    return;
                }
            }
        });
        toucher.start();
        userfault.poison(file, BAD);
        toucher.join(20_000);
        assertThat(toucher.isAlive()).isFalse();
        assertPage(window, BAD, 3, true);
    }

    @ParameterizedTest
    @ValueSource(longs = {-4096, 1, 8 * 4096, Long.MAX_VALUE})
    void whatIsNoPageOfTheMemoryIsRefused(long offset) {
        assertRefused(() -> userfault.poison(file, offset), Errno.EINVAL);
    }

    @Test
    void ofHugePagesAWholeOneGoesBad() {
        long bytesOfPage = PageSize.SIZE_2M.bytes();
        try (ReservedHugePages reserved = ReservedHugePages.take(memory, PageSize.SIZE_2M, 3);
                SharedMemory huge = reserved.create("huge", 3);
                AddressWindow before = memory.reserve(3 * bytesOfPage, PageSize.SIZE_2M);
                AddressWindow after = memory.reserve(3 * bytesOfPage, PageSize.SIZE_2M)) {
            before.map(0, huge, 0, 3 * bytesOfPage);
            for (long page = 0; page < 3; page++) {
                bytes.store(before.segment().address() + page * bytesOfPage, page);
            }
            assertRefused(() -> userfault.poison(huge, bytesOfPage + PAGE), Errno.EINVAL);
            userfault.poison(huge, bytesOfPage);
            userfault.poison(huge, bytesOfPage);
            after.map(0, huge, 0, 3 * bytesOfPage);
            for (AddressWindow each : List.of(before, after)) {
                assertPage(each, 0, 0, false);
                assertPage(each, bytesOfPage, 1, true);
                assertPage(each, 2 * bytesOfPage - PAGE, 0, true);
                assertPage(each, 2 * bytesOfPage, 2, false);
            }
        }
    }

    @Test
    void whatIsClosedAnswersEnodev() {
        window.map(0, file, 0, PAGES * PAGE);
        userfault.close();
        assertRefused(() -> userfault.poison(file, BAD), Errno.ENODEV);
        file.close();
        assertRefused(() -> userfault.poison(file, BAD), Errno.ENODEV);
    }

    private void fill() {
        for (long page = 0; page < PAGES; page++) {
            bytes.store(window.segment().address() + page * PAGE, page);
        }
    }

    private void assertPage(AddressWindow in, long offset, long value, boolean bad) {
        long address = in.segment().address() + offset;
        if (bad) {
            assertRefused(() -> bytes.load(address), Errno.EFAULT);
            assertRefused(() -> bytes.store(address + PAGE - 8, 1), Errno.EFAULT);
        } else {
            assertThat(bytes.load(address)).isEqualTo(value);
        }
    }
}
