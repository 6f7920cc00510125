package org.dmemfs.linux.native_;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.dmemfs.linux.native_.SharedMemoryTest.assertRefused;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.linux.HostAddressSpace;
import org.dmemfs.linux.HostFile;
import org.dmemfs.linux.HostMapping;
import org.dmemfs.linux.HostProtection;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The host's memory calls answer as the host does, and none of them leaves the address space or ends the JVM. */
class HostAddressSpaceTest {
    private static final long PAGE = 4096;
    private static final long BYTES = 64 * PAGE;
    private static final Set<HostProtection> READ = Set.of(HostProtection.READ);
    private static final Set<HostProtection> READ_WRITE = Set.of(HostProtection.READ, HostProtection.WRITE);

    private final LinuxAddressSpaces spaces = spaces();
    private final HostAddressSpace space = spaces.reserve(BYTES, PageSize.SIZE_4K);
    private final HostFile file = spaces.create("judged", PageSize.SIZE_4K);

    private static LinuxAddressSpaces spaces() {
        try {
            return LinuxAddressSpaces.pass();
        } catch (ErrnoException absent) {
            return Assumptions.abort("no host address spaces: " + absent.getMessage());
        }
    }

    @AfterEach
    void giveBack() {
        space.close();
        file.close();
    }

    @Test
    void nothingIsMappedAtFirst() {
        assertThat(space.mappings()).isEmpty();
        assertRefused(() -> space.load(0), Errno.EFAULT);
        assertRefused(() -> space.store(BYTES - 8, 1), Errno.EFAULT);
        assertRefused(() -> space.mincore(0, PAGE), Errno.ENOMEM);
    }

    @Test
    void theMappingsAreWhatTheHostShows() {
        file.truncate(8 * PAGE);
        space.mmap(PAGE, 4 * PAGE, READ_WRITE, true, file, 2 * PAGE);
        space.mmapAnonymous(8 * PAGE, PAGE, READ, false);
        space.mprotect(2 * PAGE, PAGE, Set.of());
        assertThat(space.mappings()).containsExactly(new HostMapping(PAGE, PAGE, READ_WRITE, true, 2 * PAGE),
                new HostMapping(2 * PAGE, PAGE, Set.of(), true, 3 * PAGE),
                new HostMapping(3 * PAGE, 2 * PAGE, READ_WRITE, true, 4 * PAGE),
                new HostMapping(8 * PAGE, PAGE, READ, false, 0));
    }

    @Test
    void whatWouldBeASignalIsEfault() {
        file.truncate(2 * PAGE);
        space.mmap(0, 4 * PAGE, READ_WRITE, true, file, 0);
        space.store(PAGE, 42);
        assertThat(space.load(PAGE)).isEqualTo(42);
        assertRefused(() -> space.load(2 * PAGE), Errno.EFAULT);
        space.mprotect(PAGE, PAGE, READ);
        assertRefused(() -> space.store(PAGE, 43), Errno.EFAULT);
        file.truncate(PAGE);
        assertRefused(() -> space.load(PAGE), Errno.EFAULT);
        file.truncate(2 * PAGE);
        assertThat(space.load(PAGE)).as("after the regrow").isZero();
    }

    @Test
    void aPageTouchedIsInCore() {
        space.mmapAnonymous(0, 3 * PAGE, READ_WRITE, false);
        space.store(PAGE + 8, 1);
        assertThat(space.mincore(0, 3 * PAGE)).containsExactly(0, 1, 0);
    }

    @Test
    void aMappingGrowsInPlaceAndMovesWithItsBytes() {
        space.mmapAnonymous(0, PAGE, READ_WRITE, false);
        space.store(0, 7);
        space.mremap(0, PAGE, 2 * PAGE);
        space.mremapTo(0, 2 * PAGE, PAGE, 9 * PAGE);
        assertThat(space.load(9 * PAGE)).isEqualTo(7);
        assertThat(space.mappings()).containsExactly(new HostMapping(9 * PAGE, PAGE, READ_WRITE, false, 0));
    }

    @Test
    void aHoleStaysAHoleWhileTheJvmMapsElsewhere() throws InterruptedException {
        space.mmapAnonymous(0, BYTES, READ_WRITE, false);
        space.munmap(PAGE, 40 * PAGE);
        for (int thread = 0; thread < 32; thread++) {
            Thread started = new Thread(() -> {
                byte[] ignored = new byte[1 << 20];
            });
            started.start();
            started.join();
        }
        assertThat(space.mappings()).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({"-4096, 4096", "0, 266240", "262144, 4096", "0, -1", "9223372036854775807, 4096",
            "4096, 9223372036854775807", "258048, 4097"})
    void noCallLeavesTheAddressSpace(long offset, long bytes) {
        assertRefused(() -> space.mmapAnonymous(offset, bytes, READ_WRITE, false), Errno.EINVAL);
        assertRefused(() -> space.mmap(offset, bytes, READ_WRITE, false, file, 0), Errno.EINVAL);
        assertRefused(() -> space.munmap(offset, bytes), Errno.EINVAL);
        assertRefused(() -> space.mprotect(offset, bytes, READ), Errno.EINVAL);
        assertRefused(() -> space.mincore(offset, bytes), Errno.EINVAL);
        assertRefused(() -> space.mremap(offset, bytes, PAGE), Errno.EINVAL);
        assertRefused(() -> space.mremap(offset, PAGE, bytes), Errno.EINVAL);
        assertRefused(() -> space.mremapTo(0, PAGE, bytes, offset), Errno.EINVAL);
        assertRefused(() -> space.load(BYTES - 7), Errno.EINVAL);
        assertRefused(() -> space.store(-1, 0), Errno.EINVAL);
    }

    @Test
    void thePiecesAreBounded() {
        try (HostAddressSpace wide = spaces.reserve(1024 * PAGE, PageSize.SIZE_4K)) {
            assertThatThrownBy(() -> {
                for (long page = 0; page < 1024; page += 2) {
                    wide.mmapAnonymous(page * PAGE, PAGE, READ, false);
                }
            }).isInstanceOf(ErrnoException.class).hasMessageContaining("256");
            assertThat(wide.mappings()).hasSizeBetween(120, 128);
            wide.munmap(0, 1000 * PAGE);
            wide.mmapAnonymous(0, PAGE, READ, false);
        }
    }

    @Test
    void thePlacesAreSixteen() {
        List<HostAddressSpace> open = new ArrayList<>();
        try {
            assertRefused(() -> {
                for (int count = 0; count < 16; count++) {
                    open.add(spaces.reserve(PAGE, PageSize.SIZE_4K));
                }
            }, Errno.ENOMEM);
        } finally {
            open.forEach(HostAddressSpace::close);
        }
        spaces.reserve(PAGE, PageSize.SIZE_4K).close();
    }

    @Test
    void aClosedOneAnswersEnodev() {
        space.close();
        file.close();
        assertRefused(() -> space.load(0), Errno.ENODEV);
        assertRefused(() -> space.munmap(0, PAGE), Errno.ENODEV);
        assertRefused(() -> space.mappings(), Errno.ENODEV);
        assertRefused(() -> file.bytes(), Errno.ENODEV);
        assertRefused(() -> file.truncate(0), Errno.ENODEV);
    }
}
