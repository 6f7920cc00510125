package org.dmemfs.mm.series;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.kernel.SeriesVersion;
import org.dmemfs.mm.MapFlag;
import org.dmemfs.mm.RemapFlag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What mremap says of dmem in each version of the series, and of plain memory. */
class MremapTest extends OneTask {
    @ParameterizedTest(name = "without {0}: {1} to {2} {3} is {4}")
    @CsvSource({"0, 1024, 2048, MAYMOVE, EINVAL", "0, 1024, 1024, FIXED, EINVAL", "0, 1024, 512, MAYMOVE, ok",
            "0, 1024, 1024, MAYMOVE, ok", "23, 1024, 2048, MAYMOVE, EFAULT", "23, 1024, 1024, FIXED, ok",
            "0, 1024, 1023, MAYMOVE, EINVAL"})
    void mremapOfDmem(int without, long oldMebibytes, long newMebibytes, RemapFlag flag, String expected) {
        use(SeriesVersion.REPAIRED, without);
        long address = touched(PageSize.SIZE_2M);
        Set<RemapFlag> flags = flag == RemapFlag.FIXED ? Set.of(flag, RemapFlag.MAYMOVE) : Set.of(flag);
        long target = 0x10_0000_0000L;
        String answer = answer(() -> {
            long now = calls.mremap(address, oldMebibytes << 20, newMebibytes << 20, flags, target);
            return now == (flag == RemapFlag.FIXED ? target : address) && space.loadByte(now) == 1 ? "ok" : "lost";
        });
        assertThat(answer).isEqualTo(expected);
    }

    @Test
    void mremapMovesPlainMemoryWithItsBytes() {
        long address = anonymous(2 * PAGE, MapFlag.PRIVATE);
        space.storeLong(address + PAGE, 77);
        long blocked = space.mmap(address + 2 * PAGE, PAGE, READ_WRITE,
                Set.of(MapFlag.PRIVATE, MapFlag.ANONYMOUS, MapFlag.FIXED), null, 0);
        assertThat(answer(() -> calls.mremap(address, 2 * PAGE, 3 * PAGE, Set.of(), 0))).isEqualTo("ENOMEM");
        long moved = calls.mremap(address, 2 * PAGE, 3 * PAGE, Set.of(RemapFlag.MAYMOVE), 0);
        assertThat(moved).isNotEqualTo(address);
        assertThat(space.loadLong(moved + PAGE)).isEqualTo(77);
        assertThat(answer(() -> space.loadLong(address))).isEqualTo("SEGV_MAPERR");
        space.munmap(blocked, PAGE);
        space.munmap(moved, 3 * PAGE);
        assertThat(space.counts().mapped4K()).isZero();
        assertThat(space.counts().pageTablePages()).isEqualTo(1);
    }

    @Test
    void aMovedSharedMappingKeepsItsEntries() {
        long address = anonymous(3 * PAGE, MapFlag.SHARED);
        space.storeLong(address + PAGE, 77);
        long moved = calls.mremap(address, 3 * PAGE, 3 * PAGE, Set.of(RemapFlag.MAYMOVE, RemapFlag.FIXED),
                0x10_0000_0000L);
        assertThat(calls.mincore(moved, 3 * PAGE)).containsExactly(0, 1, 0);
        assertThat(space.mappingLevel(moved + PAGE)).isEqualTo(PageSize.SIZE_4K);
        assertThat(space.loadLong(moved + PAGE)).isEqualTo(77);
        assertThat(answer(() -> space.loadLong(address + PAGE))).isEqualTo("SEGV_MAPERR");
        space.munmap(moved, 3 * PAGE);
        assertThat(space.counts().mapped4K()).isZero();
        assertThat(space.counts().pageTablePages()).isEqualTo(1);
    }

    @Test
    void mremapOfNoLengthMapsSharedMemoryASecondTime() {
        long first = anonymous(4 * PAGE, MapFlag.SHARED);
        space.storeLong(first + 2 * PAGE, 77);
        long second = calls.mremap(first + PAGE, 0, 2 * PAGE, Set.of(RemapFlag.MAYMOVE), 0);
        assertThat(space.loadLong(second + PAGE)).isEqualTo(77);
        space.storeLong(second, 78);
        assertThat(space.loadLong(first + PAGE)).isEqualTo(78);
        assertThat(space.vmas()).hasSize(2);
        space.munmap(first, 4 * PAGE);
        assertThat(space.loadLong(second)).isEqualTo(78);
        space.munmap(second, 2 * PAGE);
        assertThat(space.counts().mapped4K()).isZero();
    }

    @ParameterizedTest(name = "{0}, {1} to {2} bytes, {3}: {4}")
    @CsvSource({"SHARED, 0, 8192, FIXED, EINVAL", "SHARED, 0, 8192, , ENOMEM", "SHARED, 0, 0, MAYMOVE, EINVAL",
            "PRIVATE, 0, 4096, MAYMOVE, EINVAL", "SHARED, 16384, 4096, MAYMOVE, EFAULT"})
    void mremapOfNoLengthIsRefused(MapFlag kind, long offset, long newBytes, RemapFlag flag, String expected) {
        long address = anonymous(4 * PAGE, kind);
        // Only one of the two flags, as the table says; FIXED needs the other.
        Set<RemapFlag> flags = flag == null ? Set.of() : Set.of(flag);
        assertThat(answer(() -> calls.mremap(address + offset, 0, newBytes, flags, address - 8 * PAGE)))
                .isEqualTo(expected);
        assertThat(space.vmas()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"0, EINVAL", "23, EFAULT"})
    void dmemIsNotMappedASecondTimeByMremap(int without, String expected) {
        use(SeriesVersion.REPAIRED, without);
        long address = touched(PageSize.SIZE_2M);
        assertThat(answer(() -> calls.mremap(address, 0, PageSize.SIZE_2M.bytes(), Set.of(RemapFlag.MAYMOVE), 0)))
                .isEqualTo(expected);
    }
}
