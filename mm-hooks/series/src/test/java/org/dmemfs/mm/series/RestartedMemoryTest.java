package org.dmemfs.mm.series;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.mm.AddressSpace;
import org.dmemfs.mm.MapFlag;
import org.dmemfs.mm.Protection;
import org.dmemfs.mm.mm.VirtualMemory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A memory manager comes after another on the same memory: what the other's owners left reaches nobody. */
class RestartedMemoryTest {
    private static final long PAGE = 4096;
    private static final long SECRET = 0x5ec7e7;
    private static final int NODE = 1;
    private static final long BASE = 0x10_0000_0000L;

    private final TestMachine machine = new TestMachine();

    @AfterEach
    void powerOff() {
        machine.close();
    }

    /** The pages of a size that a node gives first, 4M of them: it begins with the same blocks as the one before. */
    private static List<Long> first(VirtualMemory of, PageSize size) {
        return LongStream.range(0, (4L << 20) / size.bytes()).mapToObj(_ -> of.take(NODE, size, _ -> {
        })).toList();
    }

    private void write(VirtualMemory before, String owner) {
        if (owner.equals("a task")) {
            AddressSpace space = before.newTask("owner", NODE).addressSpace();
            space.mmap(BASE, 64 * PAGE, Set.of(Protection.READ, Protection.WRITE),
                    Set.of(MapFlag.PRIVATE, MapFlag.ANONYMOUS, MapFlag.FIXED), null, 0);
            for (long page = 0; page < 64; page++) {
                space.storeLong(BASE + page * PAGE, SECRET);
            }
            return;
        }
        long pfn = before.take(NODE, PageSize.SIZE_2M, _ -> {
        });
        machine.bytes().storeLong(pfn + 77 << 12, SECRET);
    }

    @ParameterizedTest(name = "{0} had it, then it is taken by {1}")
    @CsvSource({"a task, SIZE_4K", "a task, SIZE_2M", "a subsystem, SIZE_4K", "a subsystem, SIZE_2M"})
    void noBytesOfAnOwnerBefore(String owner, PageSize size) {
        write(machine.spaces, owner);
        machine.spaces.stop();
        VirtualMemory after = machine.restarted();
        for (long pfn : first(after, size)) {
            for (long frame = pfn; frame < pfn + size.naturePages(); frame++) {
                assertThat(machine.bytes().loadLong(frame << 12)).isZero();
            }
        }
        after.stop();
    }

    @Test
    void aPageThatTheOtherTookOutOfUseStaysOut() {
        AddressSpace space = machine.newSpace();
        space.mmap(BASE, PAGE, Set.of(Protection.READ, Protection.WRITE),
                Set.of(MapFlag.PRIVATE, MapFlag.ANONYMOUS, MapFlag.FIXED), null, 0);
        space.storeByte(BASE, (byte) 1);
        long pfn = space.getUserPages(BASE, 1, false).getFirst();
        machine.spaces.failed(pfn);
        machine.spaces.stop();
        VirtualMemory after = machine.restarted();
        AddressSpace next = after.newTask("next", 0).addressSpace();
        next.mmap(BASE, 512 * PAGE, Set.of(Protection.READ, Protection.WRITE),
                Set.of(MapFlag.PRIVATE, MapFlag.ANONYMOUS, MapFlag.FIXED), null, 0);
        for (long page = 0; page < 512; page++) {
            next.storeByte(BASE + page * PAGE, (byte) 1);
            assertThat(next.getUserPages(BASE + page * PAGE, 1, false)).doesNotContain(pfn);
        }
        after.stop();
    }
}
