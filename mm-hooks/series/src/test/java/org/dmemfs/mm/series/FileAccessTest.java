package org.dmemfs.mm.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Set;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.mm.AddressSpace;
import org.dmemfs.mm.MapFlag;
import org.dmemfs.mm.Protection;
import org.dmemfs.mm.Task;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What ptrace gets of memory that gup refuses, through the file's own {@code access} (patch 09). */
class FileAccessTest {
    private static final Set<Protection> READ_WRITE = Set.of(Protection.READ, Protection.WRITE);
    private static final long HUGE = PageSize.SIZE_2M.bytes();
    private static final long BASE = 0x10_0000_0000L;

    private final TestMachine machine = TestMachine.repaired();
    private final Task task = machine.newTask();
    private final AddressSpace space = task.addressSpace();
    private final RegionFile file = machine.file(PageSize.SIZE_2M, 4 * HUGE);
    private final MemorySegment buffer = Arena.ofAuto().allocate(64, 8);

    FileAccessTest() {
        file.direct = machine.bytes();
    }

    @AfterEach
    void powerOff() {
        machine.close();
    }

    private void map(Set<Protection> protection, long bytes) {
        space.mmap(BASE, bytes, protection, Set.of(MapFlag.SHARED, MapFlag.FIXED), file, 0);
    }

    private MemorySegment first(long bytes) {
        return buffer.asSlice(0, bytes);
    }

    private static void assertEio(Runnable call, String because) {
        assertThatThrownBy(call::run).isInstanceOfSatisfying(ErrnoException.class, refused -> {
            assertThat(refused.errno()).isEqualTo(Errno.EIO);
            assertThat(refused).hasMessageContaining(because);
        });
    }

    @Test
    void aPageThatNobodyTouchedIsReadAndStaysUnmapped() {
        map(READ_WRITE, 4 * HUGE);
        machine.bytes().storeLong((file.pfn(0) << 12) + 40, 77);
        assertThat(space.accessRemote(BASE + 40, first(8), false)).isEqualTo(8);
        assertThat(buffer.get(ValueLayout.JAVA_LONG, 0)).isEqualTo(77);
        assertThat(space.mappingLevel(BASE)).isNull();
    }

    @Test
    void theFileIsAskedAgainAtTheEndOfItsPage() {
        map(READ_WRITE, 4 * HUGE);
        buffer.set(ValueLayout.JAVA_LONG, 0, 1);
        buffer.set(ValueLayout.JAVA_LONG, 8, 2);
        assertThat(space.accessRemote(BASE + HUGE - 8, first(16), true)).isEqualTo(16);
        assertThat(file.asked).containsExactly("16 at 1ffff8", "8 at 200000");
        assertThat(space.loadLong(BASE + HUGE - 8)).isEqualTo(1);
        assertThat(space.loadLong(BASE + HUGE)).isEqualTo(2);
    }

    @ParameterizedTest(name = "from byte {0} of the last 8, {1} bytes: {2}")
    @CsvSource({"0, 8, 8", "0, 16, 8", "4, 16, 4"})
    void whatTheFileHasIsMoved(long skipped, long wanted, long moved) {
        file.bytes = HUGE;
        map(READ_WRITE, 4 * HUGE);
        assertThat(space.accessRemote(BASE + HUGE - 8 + skipped, first(wanted), false)).isEqualTo(moved);
    }

    @Test
    void whereTheFileEndsNothingIsMoved() {
        file.bytes = HUGE;
        map(READ_WRITE, 4 * HUGE);
        assertEio(() -> space.accessRemote(BASE + HUGE, first(8), false), "ends before");
    }

    @ParameterizedTest(name = "write {0}: {1}")
    @CsvSource({"false, 8", "true, EIO"})
    void theMappingsProtectionHolds(boolean write, String expected) {
        map(Set.of(Protection.READ), HUGE);
        if (expected.equals("EIO")) {
            assertEio(() -> space.accessRemote(BASE, first(8), write), "does not allow");
        } else {
            assertThat(space.accessRemote(BASE, first(8), write)).isEqualTo(8);
        }
    }

    @Test
    void behindTheMappingItGoesOnByGup() {
        map(READ_WRITE, HUGE);
        space.mmap(BASE + HUGE, 4096, READ_WRITE, Set.of(MapFlag.PRIVATE, MapFlag.ANONYMOUS, MapFlag.FIXED), null, 0);
        space.storeLong(BASE + HUGE, 5);
        assertThat(space.accessRemote(BASE + HUGE - 8, first(16), false)).isEqualTo(16);
        assertThat(buffer.get(ValueLayout.JAVA_LONG, 8)).isEqualTo(5);
        // Never more than the mapping has.
        assertThat(file.asked).containsExactly("8 at 1ffff8");
    }

    @Test
    void processVmDoesNotAskTheFile() {
        map(READ_WRITE, HUGE);
        assertThatThrownBy(() -> machine.spaces.of(task).processVm(BASE, first(8), false)).isInstanceOfSatisfying(
                ErrnoException.class, refused -> assertThat(refused.errno()).isEqualTo(Errno.EFAULT));
        assertThat(file.asked).isEmpty();
    }

    @ParameterizedTest(name = "a file that claims {0} bytes more")
    @CsvSource({"-8", "1"})
    void aFileThatClaimsWhatItCannotHaveMovedIsEio(int more) {
        file.claims = more;
        map(READ_WRITE, HUGE);
        assertEio(() -> space.accessRemote(BASE, first(8), false), "moved " + (8 + more) + " of 8");
    }

    @Test
    void aFileWithoutAccessIsEio() {
        file.direct = null;
        map(READ_WRITE, HUGE);
        assertEio(() -> space.accessRemote(BASE, first(8), false), "no remote access");
    }
}
