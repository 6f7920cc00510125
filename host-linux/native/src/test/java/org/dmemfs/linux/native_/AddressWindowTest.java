package org.dmemfs.linux.native_;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.dmemfs.linux.native_.SharedMemoryTest.assertRefused;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.Random;
import java.util.stream.Stream;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.linux.AddressWindow;
import org.dmemfs.linux.HostMemory;
import org.dmemfs.linux.SharedMemory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Windows of address space, mapped, revoked and closed. */
class AddressWindowTest {
    private static final long PAGE = 4096;
    private static final long TIB = 1L << 40;

    private final HostMemory memory = Host.memory();

    @ParameterizedTest
    @EnumSource(PageSize.class)
    void startsAtAMultipleOfItsAlignment(PageSize alignment) {
        try (AddressWindow window = memory.reserve(3 * alignment.bytes(), alignment)) {
            assertThat(window.segment().address() % alignment.bytes()).isZero();
            assertThat(window.segment().byteSize()).isEqualTo(window.bytes()).isEqualTo(3 * alignment.bytes());
            assertThat(window.isMapped(0, 1)).isFalse();
        }
    }

    @Test
    void sixteenTebibytesOfSparseMemoryCostWhatIsTouched() {
        try (SharedMemory file = memory.createSparse("vast", 16 * TIB);
                AddressWindow window = memory.reserve(16 * TIB, PageSize.SIZE_1G)) {
            window.map(0, file, 0, 16 * TIB);
            for (long offset = 0; offset < 16 * TIB; offset += TIB) {
                assertThat(window.segment().get(JAVA_LONG, offset + 8)).isZero();
                window.segment().set(JAVA_LONG, offset, offset + 1);
            }
            assertThat(window.segment().get(JAVA_LONG, 15 * TIB)).isEqualTo(15 * TIB + 1);
            assertThat(file.allocatedBytes()).isEqualTo(16 * PAGE);
        }
    }

    @Test
    void scatteredPiecesAppearSideBySide() {
        try (SharedMemory file = memory.createSparse("pieces", 16 * PAGE);
                AddressWindow whole = memory.reserve(16 * PAGE, PageSize.SIZE_4K);
                AddressWindow window = memory.reserve(4 * PAGE, PageSize.SIZE_4K)) {
            whole.map(0, file, 0, 16 * PAGE);
            long[] pieces = {9, 2, 14, 5};
            for (int place = 0; place < pieces.length; place++) {
                window.map(place * PAGE, file, pieces[place] * PAGE, PAGE);
                window.segment().set(JAVA_LONG, place * PAGE, place + 100);
            }
            for (int place = 0; place < pieces.length; place++) {
                assertThat(whole.segment().get(JAVA_LONG, pieces[place] * PAGE)).isEqualTo(place + 100);
            }
        }
    }

    @Test
    void aRevokedRangeIsNotMappedAndMayBeMappedAgain() {
        try (SharedMemory file = memory.createSparse("revoked", 8 * PAGE);
                AddressWindow window = memory.reserve(8 * PAGE, PageSize.SIZE_4K)) {
            window.map(0, file, 0, 8 * PAGE);
            window.segment().set(JAVA_LONG, 3 * PAGE, 33);
            window.revoke(2 * PAGE, 3 * PAGE);
            assertThat(window.isMapped(0, 2 * PAGE)).isTrue();
            assertThat(window.isMapped(PAGE, PAGE + 1)).isFalse();
            assertThat(window.isMapped(4 * PAGE + 4095, 1)).isFalse();
            assertThat(window.isMapped(5 * PAGE, 3 * PAGE)).isTrue();
            window.map(2 * PAGE, file, 3 * PAGE, PAGE);
            assertThat(window.segment().get(JAVA_LONG, 2 * PAGE)).isEqualTo(33);
        }
    }

    @Test
    void theHostsOwnMapAgreesAboutWhatIsMapped() throws IOException {
        try (SharedMemory file = memory.createSparse("seen-by-host", 8 * PAGE);
                AddressWindow window = memory.reserve(8 * PAGE, PageSize.SIZE_4K)) {
            window.map(0, file, 0, 8 * PAGE);
            window.revoke(3 * PAGE, 2 * PAGE);
            try (Stream<String> lines = Files.lines(Path.of("/proc/self/maps"))) {
                assertThat(lines.filter(line -> line.contains("memfd:seen-by-host"))
                        .map(line -> line.substring(0, line.indexOf(' '))))
                        .containsExactly(range(window, 0, 3), range(window, 5, 8));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void mapsAndRevokesAgreeWithANaiveModel(long seed) {
        int pages = 64;
        Random random = new Random(seed);
        BitSet model = new BitSet(pages);
        try (SharedMemory file = memory.createSparse("model", pages * PAGE);
                AddressWindow window = memory.reserve(pages * PAGE, PageSize.SIZE_4K)) {
            for (int step = 0; step < 400; step++) {
                int from = random.nextInt(pages);
                int to = from + 1 + random.nextInt(Math.min(8, pages - from));
                if (random.nextBoolean()) {
                    window.revoke(from * PAGE, (to - from) * PAGE);
                    model.clear(from, to);
                } else if (model.get(from, to).isEmpty()) {
                    window.map(from * PAGE, file, from * PAGE, (to - from) * PAGE);
                    model.set(from, to);
                } else {
                    assertRefused(() -> window.map(from * PAGE, file, 0, (to - from) * PAGE), Errno.EEXIST);
                }
                int first = random.nextInt(pages);
                int last = first + 1 + random.nextInt(pages - first);
                assertThat(window.isMapped(first * PAGE, (last - first) * PAGE)).as("seed %d, step %d", seed, step)
                        .isEqualTo(model.nextClearBit(first) >= last);
            }
        }
    }

    @Test
    void aHugePageIsNotCutInTwo() {
        long huge = PageSize.SIZE_2M.bytes();
        try (ReservedHugePages pool = ReservedHugePages.take(memory, PageSize.SIZE_2M, 2);
                SharedMemory file = pool.create("uncut", 2);
                AddressWindow window = memory.reserve(4 * huge, PageSize.SIZE_2M)) {
            assertRefused(() -> window.map(PAGE, file, 0, huge), Errno.EINVAL);
            assertRefused(() -> window.map(0, file, PAGE, huge), Errno.EINVAL);
            window.map(huge, file, 0, 2 * huge);
            assertRefused(() -> window.revoke(huge, PAGE), Errno.EINVAL);
            assertRefused(() -> window.revoke(0, huge + PAGE), Errno.EINVAL);
            assertThat(window.isMapped(huge, 2 * huge)).isTrue();
            window.revoke(huge + huge, 2 * huge);
            assertThat(window.isMapped(huge, huge)).isTrue();
            assertThat(window.isMapped(2 * huge, 1)).isFalse();
        }
    }

    @Test
    void aWindowOfSmallerAlignmentDoesNotTakeHugePages() {
        long huge = PageSize.SIZE_2M.bytes();
        try (ReservedHugePages pool = ReservedHugePages.take(memory, PageSize.SIZE_2M, 1);
                SharedMemory file = pool.create("aligned", 1);
                AddressWindow window = memory.reserve(huge, PageSize.SIZE_4K)) {
            assertThatThrownBy(() -> window.map(0, file, 0, huge)).hasMessageContaining("aligned to 4K")
                    .hasMessageContaining("2M or more");
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 0, 0", "0, 0, -4096", "0, 0, 100", "1, 0, 4096", "0, 1, 4096", "-4096, 0, 4096", "0, -4096, 4096",
            "0, 0, 20480", "16384, 0, 4096", "0, 8192, 4096", "9223372036854771712, 0, 8192"})
    void aWrongMapIsRefusedAndChangesNothing(long windowOffset, long memoryOffset, long bytes) {
        try (SharedMemory file = memory.createSparse("bounds", 2 * PAGE);
                AddressWindow window = memory.reserve(4 * PAGE, PageSize.SIZE_4K)) {
            assertRefused(() -> window.map(windowOffset, file, memoryOffset, bytes), Errno.EINVAL);
            assertThat(window.isMapped(0, 1)).isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 4096", "0, 4097", "-4096, 4096", "0, 20480", "16384, 4096"})
    void aWrongRevokeIsRefused(long windowOffset, long bytes) {
        try (AddressWindow window = memory.reserve(4 * PAGE, PageSize.SIZE_4K)) {
            assertRefused(() -> window.revoke(windowOffset, bytes), Errno.EINVAL);
        }
    }

    @ParameterizedTest
    @CsvSource({"0, SIZE_4K, EINVAL", "-4096, SIZE_4K, EINVAL", "4096, SIZE_2M, EINVAL",
            "1125899906842624, SIZE_4K, ENOMEM", "9223372035781033984, SIZE_1G, ENOMEM"})
    void aWindowThatCannotBeIsRefused(long bytes, PageSize alignment, Errno errno) {
        assertRefused(() -> memory.reserve(bytes, alignment), errno);
    }

    /** Of 64 mappings the JVM keeps 8; the window itself and 27 pieces with a gap beside each are the other 56. */
    @Test
    void theWindowsLeaveTheJvmItsShareOfMappings(@TempDir Path directory) throws IOException {
        int pieces = 27;
        Path limit = Files.writeString(directory.resolve("max_map_count"), "64\n");
        HostMemory small = new LinuxMemory(new LibC(), new HugetlbPool(directory), new MemoryHeadroom(directory),
                new MappingBudget(limit));
        for (int round = 0; round < 3; round++) {
            try (SharedMemory file = small.createSparse("many", 256 * PAGE);
                    AddressWindow window = small.reserve(256 * PAGE, PageSize.SIZE_4K)) {
                for (int piece = 0; piece < pieces; piece++) {
                    window.map(4L * piece * PAGE, file, 0, 3 * PAGE);
                }
                assertRefused(() -> window.map(200 * PAGE, file, 0, PAGE), Errno.ENOMEM);
                assertRefused(() -> small.reserve(PAGE, PageSize.SIZE_4K), Errno.ENOMEM);
                assertRefused(() -> window.revoke(PAGE, PAGE), Errno.ENOMEM);
                assertThat(window.isMapped(0, 3 * PAGE)).isTrue();
                window.revoke(2 * PAGE, PAGE);
                window.revoke(4 * PAGE, 3 * PAGE);
                window.revoke(9 * PAGE, PAGE);
                assertRefused(() -> window.map(200 * PAGE, file, 0, PAGE), Errno.ENOMEM);
                window.revoke(0, 2 * PAGE);
                window.map(200 * PAGE, file, 0, PAGE);
                Files.writeString(limit, "66\n");
                window.map(202 * PAGE, file, 0, PAGE);
                Files.writeString(limit, "64\n");
            }
        }
    }

    @Test
    void afterTheCloseTheSegmentThrowsAndTheRestAnswersEnodev() {
        AddressWindow window = memory.reserve(PAGE, PageSize.SIZE_4K);
        try (SharedMemory file = memory.createSparse("gone", PAGE)) {
            window.map(0, file, 0, PAGE);
            window.close();
            window.close();
            assertThatThrownBy(() -> window.segment().get(JAVA_LONG, 0)).isInstanceOf(IllegalStateException.class);
            assertThat(window.isMapped(0, 1)).isFalse();
            assertRefused(() -> window.map(0, file, 0, PAGE), Errno.ENODEV);
            assertRefused(() -> window.revoke(0, PAGE), Errno.ENODEV);
        }
    }

    private static String range(AddressWindow window, long fromPage, long toPage) {
        long base = window.segment().address();
        return Long.toHexString(base + fromPage * PAGE) + "-" + Long.toHexString(base + toPage * PAGE);
    }
}
