package org.dmemfs.mm.series;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.dmemfs.kernel.MemoryPolicy;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.mm.AddressSpace;
import org.dmemfs.mm.Advice;
import org.dmemfs.mm.MapFlag;
import org.dmemfs.mm.MemoryCalls;
import org.dmemfs.mm.MmuNotifier;
import org.dmemfs.mm.Protection;
import org.dmemfs.mm.RemapFlag;
import org.dmemfs.mm.Task;
import org.dmemfs.mm.mm.TransparentHugePages;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Anonymous memory in pages of 2M: where it comes, what splits it, how it is shared, and what is seen of it. */
class TransparentHugePageTest {
    private static final Set<Protection> READ_WRITE = Set.of(Protection.READ, Protection.WRITE);
    private static final long PAGE = 4096;
    private static final long HUGE = 2L << 20;
    private static final long BASE = 0x10_0000_0000L;

    private final TestMachine machine = new TestMachine(4, TransparentHugePages.ALWAYS);
    private final Task task = machine.newTask();
    private final AddressSpace space = task.addressSpace();
    private final MemoryCalls calls = machine.spaces.of(task);

    @AfterEach
    void powerOff() {
        machine.close();
    }

    private static long anonymous(AddressSpace space, long address, long bytes) {
        return space.mmap(address, bytes, READ_WRITE, Set.of(MapFlag.PRIVATE, MapFlag.ANONYMOUS, MapFlag.FIXED), null,
                0);
    }

    /** A page of 2M with the number of each 4K in it. */
    private void numbered(long address) {
        anonymous(space, address, HUGE);
        for (long page = 0; page < HUGE / PAGE; page++) {
            space.storeLong(address + page * PAGE, page + 1);
        }
        assertThat(mapped()).isEqualTo("1 of 2M, 0 of 4K");
    }

    private String mapped() {
        return "%d of 2M, %d of 4K".formatted(space.counts().mapped2M(), space.counts().mapped4K());
    }

    @ParameterizedTest(name = "{0}, {1}: {2}")
    @CsvSource({"ALWAYS, , SIZE_2M", "ALWAYS, HUGEPAGE, SIZE_2M", "ALWAYS, NOHUGEPAGE, SIZE_4K", "MADVISE, , SIZE_4K",
            "MADVISE, HUGEPAGE, SIZE_2M", "MADVISE, NOHUGEPAGE, SIZE_4K", "NEVER, , SIZE_4K",
            "NEVER, HUGEPAGE, SIZE_4K"})
    void aTouchGetsWhatTheMachineAndTheAdviceSay(TransparentHugePages enabled, @Nullable Advice advice,
            PageSize expected) {
        try (TestMachine other = new TestMachine(4, enabled)) {
            Task otherTask = other.newTask();
            anonymous(otherTask.addressSpace(), BASE, HUGE);
            if (advice != null) {
                other.spaces.of(otherTask).madvise(BASE, HUGE, advice);
            }
            otherTask.addressSpace().storeByte(BASE + 3 * PAGE, (byte) 1);
            assertThat(otherTask.addressSpace().mappingLevel(BASE + 3 * PAGE)).isEqualTo(expected);
        }
    }

    @ParameterizedTest(name = "from {0} pages on, {1} pages, touched at page {2}: {3}")
    @CsvSource({"0, 512, 511, SIZE_2M", "0, 511, 0, SIZE_4K", "1, 512, 1, SIZE_4K", "1, 1023, 5, SIZE_4K",
            "1, 1023, 512, SIZE_2M", "511, 513, 511, SIZE_4K", "511, 513, 1023, SIZE_2M"})
    void onlyAnAligned2MWithinTheMappingIsHuge(long firstPage, long pages, long touched, PageSize expected) {
        anonymous(space, BASE + firstPage * PAGE, pages * PAGE);
        space.storeByte(BASE + touched * PAGE, (byte) 1);
        assertThat(space.mappingLevel(BASE + touched * PAGE)).isEqualTo(expected);
    }

    @Test
    void whereASmallPageIsAlreadyItStaysSmall() {
        anonymous(space, BASE, HUGE);
        calls.madvise(BASE, HUGE, Advice.NOHUGEPAGE);
        space.storeByte(BASE, (byte) 1);
        calls.madvise(BASE, HUGE, Advice.HUGEPAGE);
        space.storeByte(BASE + PAGE, (byte) 1);
        assertThat(mapped()).isEqualTo("0 of 2M, 2 of 4K");
    }

    @ParameterizedTest(name = "{0} of one page: {1}")
    @CsvSource({"munmap, '0 of 2M, 511 of 4K', 0", "mprotect, '0 of 2M, 512 of 4K', 8",
            "DONTNEED, '0 of 2M, 511 of 4K', 0", "DONTFORK, '0 of 2M, 512 of 4K', 8", "mbind, '0 of 2M, 512 of 4K', 8",
            "mlock, '0 of 2M, 512 of 4K', 8", "mremap, '0 of 2M, 512 of 4K', 0",
            "replace, '0 of 2M, 511 of 4K', 0"})
    void whatReachesAPartSplits(String call, String left, long seventhNow) {
        numbered(BASE);
        long seventh = BASE + 7 * PAGE;
        switch (call) {
            case "munmap" -> space.munmap(seventh, PAGE);
            case "mprotect" -> space.mprotect(seventh, PAGE, Set.of(Protection.READ));
            case "mbind" -> space.mbind(seventh, PAGE, MemoryPolicy.preferred(1));
            case "mlock" -> calls.mlock(seventh, PAGE);
            case "mremap" -> assertThat(space.loadLong(calls.mremap(seventh, PAGE, PAGE,
                    Set.of(RemapFlag.MAYMOVE, RemapFlag.FIXED), BASE + 4 * HUGE))).isEqualTo(8);
            case "replace" -> anonymous(space, seventh, PAGE);
            default -> calls.madvise(seventh, PAGE, Advice.valueOf(call));
        }
        assertThat(mapped()).isEqualTo(left);
        for (long page = 0; page < HUGE / PAGE; page++) {
            if (page != 7) {
                assertThat(space.loadLong(BASE + page * PAGE)).as("page %d", page).isEqualTo(page + 1);
            } else if (space.findVma(seventh) != null) {
                assertThat(space.loadLong(seventh)).isEqualTo(seventhNow);
            }
        }
        space.munmap(BASE, 8 * HUGE);
        assertThat(machine.spaces.framesInUse()).isZero();
        assertThat(space.counts().pageTablePages()).isEqualTo(1);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"munmap, '0 of 2M, 0 of 4K'", "mprotect, '1 of 2M, 0 of 4K'", "DONTNEED, '0 of 2M, 0 of 4K'",
            "mlock, '1 of 2M, 0 of 4K'"})
    void whatReachesTheWholeDoesNotSplit(String call, String left) {
        numbered(BASE);
        switch (call) {
            case "munmap" -> space.munmap(BASE, HUGE);
            case "mprotect" -> space.mprotect(BASE, HUGE, Set.of(Protection.READ));
            case "mlock" -> calls.mlock(BASE, HUGE);
            default -> calls.madvise(BASE, HUGE, Advice.valueOf(call));
        }
        assertThat(mapped()).isEqualTo(left);
        assertThat(machine.spaces.framesInUse()).isEqualTo(left.startsWith("1") ? 512 : 0);
    }

    @ParameterizedTest(name = "by {0} bytes: {1}")
    @CsvSource({"0, '1 of 2M, 0 of 4K'", "4096, '0 of 2M, 512 of 4K'"})
    void aMoveKeepsTheHugePageWhereTheTargetIsAligned(long askew, String left) {
        numbered(BASE);
        long target = BASE + 8 * HUGE + askew;
        calls.mremap(BASE, HUGE, HUGE, Set.of(RemapFlag.MAYMOVE, RemapFlag.FIXED), target);
        assertThat(mapped()).isEqualTo(left);
        assertThat(space.loadLong(target + 511 * PAGE)).isEqualTo(512);
        assertThat(space.mappingLevel(BASE)).isNull();
    }

    @Test
    void protectionGoesAndComesBackWithTheBytes() {
        numbered(BASE);
        space.mprotect(BASE, HUGE, Set.of());
        space.mprotect(BASE, HUGE, READ_WRITE);
        space.storeLong(BASE, 99);
        assertThat(space.loadLong(BASE)).isEqualTo(99);
        assertThat(space.loadLong(BASE + PAGE)).isEqualTo(2);
        assertThat(mapped()).isEqualTo("1 of 2M, 0 of 4K");
    }

    @Test
    void aForkSharesThePageAndAStoreCopies4K() {
        numbered(BASE);
        Task child = machine.spaces.fork(task, "child");
        AddressSpace childSpace = child.addressSpace();
        assertThat(childSpace.mappingLevel(BASE)).isEqualTo(PageSize.SIZE_2M);
        assertThat(machine.spaces.framesInUse()).isEqualTo(512);
        childSpace.storeLong(BASE + 5 * PAGE, 1000);
        assertThat(childSpace.mappingLevel(BASE)).isEqualTo(PageSize.SIZE_4K);
        assertThat(childSpace.counts().mapped4K()).isEqualTo(512);
        assertThat(machine.spaces.framesInUse()).isEqualTo(513);
        assertThat(space.loadLong(BASE + 5 * PAGE)).isEqualTo(6);
        assertThat(childSpace.loadLong(BASE + 6 * PAGE)).isEqualTo(7);
        assertThat(mapped()).isEqualTo("1 of 2M, 0 of 4K");
        child.close();
        space.storeLong(BASE + 5 * PAGE, 2000);
        assertThat(mapped()).isEqualTo("1 of 2M, 0 of 4K");
        task.close();
        assertThat(machine.spaces.framesInUse()).isZero();
    }

    @Test
    void theParentsStoreSplitsWhileTheChildLives() {
        numbered(BASE);
        Task child = machine.spaces.fork(task, "child");
        space.storeLong(BASE, 7);
        assertThat(mapped()).isEqualTo("0 of 2M, 512 of 4K");
        assertThat(child.addressSpace().loadLong(BASE)).isEqualTo(1);
        assertThat(child.addressSpace().mappingLevel(BASE)).isEqualTo(PageSize.SIZE_2M);
    }

    @Test
    void gupPinsTheFramesOfThePageAndTheyOutliveIt() {
        numbered(BASE);
        List<Long> slow = space.getUserPages(BASE + PAGE, 2, true);
        List<Long> fast = space.getUserPagesFast(BASE + PAGE, 2, true);
        assertThat(fast).isEqualTo(slow);
        assertThat(slow.get(1)).isEqualTo(slow.get(0) + 1);
        space.munmap(BASE, HUGE);
        assertThat(machine.spaces.framesInUse()).isEqualTo(2);
        space.unpinUserPages(slow);
        assertThat(machine.spaces.framesInUse()).isEqualTo(2);
        space.unpinUserPages(fast);
        assertThat(machine.spaces.framesInUse()).isZero();
    }

    @Test
    void smapsMincoreAndPagemapShowIt() {
        numbered(BASE);
        assertThat(calls.smaps()).containsPattern("Rss: +2048 kB\\RAnonHugePages: +2048 kB");
        assertThat(calls.mincore(BASE, HUGE)).hasSize(512).containsOnly(1);
        List<Long> frames = calls.pagemap(BASE, 512);
        assertThat(frames.get(511) - frames.get(0)).isEqualTo(511);
        calls.madvise(BASE, HUGE, Advice.NOHUGEPAGE);
        space.munmap(BASE, PAGE);
        assertThat(calls.smaps()).containsPattern("Rss: +2044 kB\\RAnonHugePages: +0 kB").contains(" nh");
    }

    @Test
    void aListenerHearsOfTheWholePageBeforeAPartGoes() {
        numbered(BASE);
        List<String> heard = new ArrayList<>();
        space.register(new MmuNotifier() {
            @Override
            public void invalidateRangeStart(long start, long end) {
                heard.add("%x-%x".formatted(start, end));
            }

            @Override
            public void invalidateRangeEnd(long start, long end) {
            }

            @Override
            public void released() {
            }
        });
        space.munmap(BASE + 8 * PAGE, PAGE);
        assertThat(heard).containsExactly("1000000000-1000200000", "1000008000-1000009000");
    }

    /** More passes than the machine has memory: a page that was split is whole again once all its frames are back. */
    @Test
    void framesThatCameBackAre2MAgainAndZero() {
        for (int pass = 0; pass < 1000; pass++) {
            anonymous(space, BASE, HUGE);
            assertThat(space.loadLong(BASE + 100 * PAGE)).isZero();
            assertThat(space.mappingLevel(BASE)).as("pass %d", pass).isEqualTo(PageSize.SIZE_2M);
            space.storeLong(BASE + 100 * PAGE, -1);
            space.munmap(BASE + 100 * PAGE, PAGE);
            space.munmap(BASE, HUGE);
        }
        assertThat(machine.spaces.framesInUse()).isZero();
    }

    @Test
    void whereNo2MIsLeftATouchGets4K() {
        for (long bad = 0; bad < TestMachine.DMEM_END + TestMachine.GIB; bad += HUGE) {
            machine.poisoned.add(bad >>> 12);
        }
        anonymous(space, BASE, HUGE);
        space.storeByte(BASE + 9 * PAGE, (byte) 1);
        assertThat(mapped()).isEqualTo("0 of 2M, 1 of 4K");
    }
}
