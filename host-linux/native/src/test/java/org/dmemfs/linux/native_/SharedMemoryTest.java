package org.dmemfs.linux.native_;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.linux.AddressWindow;
import org.dmemfs.linux.HostMemory;
import org.dmemfs.linux.MemoryKind;
import org.dmemfs.linux.SharedMemory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Memory of each kind, as the host really gives it. */
class SharedMemoryTest {
    private static final long MIB = 1L << 20;

    private final HostMemory memory = Host.memory();

    @ParameterizedTest
    @CsvSource({"SPARSE, 4194304", "POPULATED, 4194304"})
    void isZeroAtFirstSightAndKeepsWhatWasStored(MemoryKind kind, long bytes) {
        try (SharedMemory file = create(kind, bytes)) {
            readsZeroThenKeeps(file);
        }
    }

    @ParameterizedTest
    @CsvSource({"SIZE_2M, 4", "SIZE_1G, 1"})
    void hugetlbIsZeroAtFirstSightAndKeepsWhatWasStored(PageSize pageSize, long pages) {
        try (ReservedHugePages pool = ReservedHugePages.take(memory, pageSize, pages);
                SharedMemory file = pool.create("huge", pages)) {
            assertThat(file.backing()).isEqualTo(pageSize);
            assertThat(file.allocatedBytes()).as("taken before it was handed out").isEqualTo(file.bytes());
            assertThat(pool.free()).isZero();
            readsZeroThenKeeps(file);
        }
    }

    @Test
    void sparseCostsWhatWasTouchedAndAPunchGivesItBack() {
        try (SharedMemory file = memory.createSparse("sparse", 64 * MIB);
                AddressWindow window = memory.reserve(64 * MIB, PageSize.SIZE_4K)) {
            window.map(0, file, 0, 64 * MIB);
            assertThat(file.allocatedBytes()).isZero();
            for (int touched = 0; touched < 10; touched++) {
                window.segment().set(JAVA_LONG, touched * MIB, 7);
                assertThat(file.allocatedBytes()).isEqualTo((touched + 1) * 4096L);
            }
            file.punch(0, 5 * MIB);
            assertThat(file.allocatedBytes()).isEqualTo(5 * 4096L);
            assertThat(window.segment().get(JAVA_LONG, 4 * MIB)).isZero();
            assertThat(window.segment().get(JAVA_LONG, 5 * MIB)).isEqualTo(7);
        }
    }

    @Test
    void populatedIsTakenInFullBeforeItIsHandedOut() {
        try (SharedMemory file = memory.createPopulated("populated", 72 * MIB)) {
            assertThat(file.allocatedBytes()).isEqualTo(72 * MIB);
        }
    }

    @Test
    void populatedBeyondWhatTheHostHasIsRefused() {
        assertThatThrownBy(() -> memory.createPopulated("too much", 1L << 50)).isInstanceOfSatisfying(
                ErrnoException.class, refused -> assertThat(refused.errno()).isEqualTo(Errno.ENOMEM))
                .hasMessageContaining("wants 1P").hasMessageContaining("available");
    }

    @ParameterizedTest
    @CsvSource({"SIZE_2M, 2, 3", "SIZE_2M, 0, 1", "SIZE_1G, 0, 1"})
    void anExhaustedHugetlbPoolRefusesAndKeepsItsPages(PageSize pageSize, long free, long wanted) {
        try (ReservedHugePages pool = ReservedHugePages.take(memory, pageSize, free)) {
            assertThatThrownBy(() -> pool.create("huge", wanted))
                    .isInstanceOfSatisfying(ErrnoException.class,
                            refused -> assertThat(refused.errno()).isEqualTo(Errno.ENOMEM))
                    .hasMessageContaining("wants " + wanted + " huge pages of " + pageSize.label())
                    .hasMessageContaining(free + " of the host's");
            assertThat(pool.free()).isEqualTo(free);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"SPARSE", "POPULATED"})
    void anotherDescriptorSeesTheBytesButCannotChangeTheSize(MemoryKind kind) throws IOException {
        try (SharedMemory file = create(kind, MIB);
                AddressWindow window = memory.reserve(MIB, PageSize.SIZE_4K);
                FileChannel other = FileChannel.open(file.descriptorPath(), StandardOpenOption.READ,
                        StandardOpenOption.WRITE)) {
            window.map(0, file, 0, MIB);
            window.segment().set(JAVA_LONG, 4096, 42);
            ByteBuffer read = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
            other.read(read, 4096);
            assertThat(read.getLong(0)).isEqualTo(42);
            assertThatThrownBy(() -> other.truncate(4096)).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> other.write(ByteBuffer.allocate(1), MIB)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void aClosedMemoryAnswersEnodevWhileItsMappingsLiveOn() {
        try (AddressWindow window = memory.reserve(MIB, PageSize.SIZE_4K)) {
            SharedMemory file = memory.createSparse("closed", MIB);
            window.map(0, file, 0, MIB);
            file.close();
            file.close();
            window.segment().set(JAVA_LONG, 0, 3);
            assertThat(window.segment().get(JAVA_LONG, 0)).isEqualTo(3);
            assertRefused(file::allocatedBytes, Errno.ENODEV);
            assertRefused(file::descriptorPath, Errno.ENODEV);
            assertRefused(() -> file.punch(0, 4096), Errno.ENODEV);
            window.revoke(0, MIB);
            assertRefused(() -> window.map(0, file, 0, MIB), Errno.ENODEV);
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 4095", "1, 4096", "-4096, 4096", "4096, 4096", "0, 8192", "0, 0", "0, -4096",
            "9223372036854771712, 4096"})
    void aPunchOutsideIsRefused(long offset, long bytes) {
        try (SharedMemory file = memory.createSparse("small", 4096)) {
            assertRefused(() -> file.punch(offset, bytes), Errno.EINVAL);
        }
    }

    @Test
    void memoryHeldInFullIsNotPunched() {
        try (SharedMemory file = memory.createPopulated("held", 4096)) {
            assertRefused(() -> file.punch(0, 4096), Errno.EOPNOTSUPP);
        }
    }

    @ParameterizedTest
    @CsvSource({"name, 0", "name, -4096", "name, 4097", "'', 4096"})
    void aWrongNameOrSizeIsRefused(String name, long bytes) {
        assertRefused(() -> memory.createSparse(name, bytes), Errno.EINVAL);
        assertRefused(() -> memory.createPopulated(name, bytes), Errno.EINVAL);
    }

    @Test
    void aNameTheKernelCannotHoldIsRefused() {
        memory.createSparse("x".repeat(249), 4096).close();
        assertRefused(() -> memory.createSparse("x".repeat(250), 4096), Errno.EINVAL);
        assertRefused(() -> memory.createSparse("a\0b", 4096), Errno.EINVAL);
    }

    @ParameterizedTest
    @CsvSource({"SIZE_4K, 4096", "SIZE_2M, 4096", "SIZE_2M, 0", "SIZE_1G, 2097152"})
    void aWrongHugePageSizeOrLengthIsRefused(PageSize pageSize, long bytes) {
        assertRefused(() -> memory.createHugetlb("huge", bytes, pageSize), Errno.EINVAL);
    }

    @Test
    void thePoolIsReadFromTheHostsDirectory(@TempDir Path directory) throws IOException {
        Path pool = Files.createDirectory(directory.resolve("hugepages-2048kB"));
        Files.writeString(pool.resolve("nr_hugepages"), "10\n");
        Files.writeString(pool.resolve("free_hugepages"), "7\n");
        Files.writeString(pool.resolve("resv_hugepages"), "3\n");
        HugetlbPool hugetlb = new HugetlbPool(directory);
        assertThat(hugetlb.total(PageSize.SIZE_2M)).isEqualTo(10);
        assertThat(hugetlb.free(PageSize.SIZE_2M)).isEqualTo(4);
        assertThat(hugetlb.resize(PageSize.SIZE_2M, 12)).isEqualTo(12);
        assertThat(hugetlb.free(PageSize.SIZE_1G)).isZero();
        assertRefused(() -> hugetlb.resize(PageSize.SIZE_1G, 1), Errno.EOPNOTSUPP);
        assertRefused(() -> hugetlb.resize(PageSize.SIZE_2M, -1), Errno.EINVAL);
        assertRefused(() -> hugetlb.total(PageSize.SIZE_4K), Errno.EINVAL);
    }

    static void assertRefused(ThrowingCallable call, Errno errno) {
        assertThatThrownBy(call).isInstanceOfSatisfying(ErrnoException.class,
                refused -> assertThat(refused.errno()).as(refused.getMessage()).isEqualTo(errno));
    }

    private SharedMemory create(MemoryKind kind, long bytes) {
        return kind == MemoryKind.SPARSE
                ? memory.createSparse("sparse", bytes)
                : memory.createPopulated("populated", bytes);
    }

    private void readsZeroThenKeeps(SharedMemory file) {
        long seed = 20_201_207;
        try (AddressWindow window = memory.reserve(file.bytes(), file.backing());
                AddressWindow second = memory.reserve(file.bytes(), file.backing())) {
            window.map(0, file, 0, file.bytes());
            second.map(0, file, 0, file.bytes());
            Random offsets = new Random(seed);
            Map<Long, Long> stored = new HashMap<>();
            for (int store = 1; store <= 1000; store++) {
                long offset = offsets.nextLong(file.bytes() / 8) * 8;
                assertThat(window.segment().get(JAVA_LONG, offset)).as("seed %d, offset %d", seed, offset)
                        .isEqualTo(stored.getOrDefault(offset, 0L));
                window.segment().set(JAVA_LONG, offset, store);
                stored.put(offset, (long) store);
            }
            assertThat(stored).as("seed %d", seed).allSatisfy(
                    (offset, value) -> assertThat(second.segment().get(JAVA_LONG, offset)).isEqualTo(value));
        }
    }
}
