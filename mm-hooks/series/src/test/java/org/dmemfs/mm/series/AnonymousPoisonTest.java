package org.dmemfs.mm.series;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.mm.AddressSpace;
import org.dmemfs.mm.Advice;
import org.dmemfs.mm.FrameFailure;
import org.dmemfs.mm.MapFlag;
import org.dmemfs.mm.MemoryCalls;
import org.dmemfs.mm.PageStatus;
import org.dmemfs.mm.Protection;
import org.dmemfs.mm.RemapFlag;
import org.dmemfs.mm.SignalException;
import org.dmemfs.mm.Task;
import org.dmemfs.mm.Vma;
import org.dmemfs.mm.mm.TransparentHugePages;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A frame of anonymous memory goes bad: who had it, what is left of the page, what a later touch meets. Page N of the parent's
 * memory holds N + 1, and page 3 is the bad one.
 */
class AnonymousPoisonTest {
    private static final Set<Protection> READ_WRITE = Set.of(Protection.READ, Protection.WRITE);
    private static final long PAGE = 4096;
    private static final long HUGE = 2L << 20;
    private static final long BASE = 0x10_0000_0000L;
    private static final long BAD = BASE + 3 * PAGE;
    private static final long ELSEWHERE = BASE + 8 * HUGE;

    private final TestMachine machine = new TestMachine(4, TransparentHugePages.MADVISE);
    private final Task parent = machine.spaces.newTask("parent", 0);
    private final AddressSpace space = parent.addressSpace();
    private final MemoryCalls calls = machine.spaces.of(parent);
    private @Nullable Task child;

    @AfterEach
    void powerOff() {
        machine.close();
    }

    private void numbered(PageSize size, MapFlag kind) {
        space.mmap(BASE, HUGE, READ_WRITE, Set.of(kind, MapFlag.ANONYMOUS, MapFlag.FIXED), null, 0);
        if (size == PageSize.SIZE_2M) {
            calls.madvise(BASE, HUGE, Advice.HUGEPAGE);
        }
        for (long page = 0; page < HUGE / PAGE; page++) {
            space.storeLong(BASE + page * PAGE, page + 1);
        }
        assertThat(space.mappingLevel(BASE)).isEqualTo(size);
    }

    private AddressSpace forked() {
        Task made = machine.spaces.fork(parent, "child");
        child = made;
        return made.addressSpace();
    }

    private static long frame(AddressSpace of, long address) {
        List<Long> pinned = of.getUserPages(address, 1, false);
        of.unpinUserPages(pinned);
        return pinned.getFirst();
    }

    /** Brings the memory into the state of a row; the frame that goes bad. */
    private long arrange(String state) {
        long pfn = frame(space, BAD);
        switch (state) {
            case "touched" -> {
                // as it is
            }
            case "forked" -> forked();
            case "forked, the child stored" -> forked().storeLong(BAD, 1000);
            case "forked, the child's copy" -> {
                forked().storeLong(BAD, 1000);
                return frame(requireChild(), BAD);
            }
            case "forked, the parent exited" -> {
                forked();
                parent.close();
            }
            case "moved" -> calls.mremap(BASE, HUGE, HUGE, Set.of(RemapFlag.MAYMOVE, RemapFlag.FIXED), ELSEWHERE);
            case "moved by a part" -> calls.mremap(BAD, PAGE, PAGE, Set.of(RemapFlag.MAYMOVE, RemapFlag.FIXED),
                    ELSEWHERE + 3 * PAGE);
            case "split, then forked" -> {
                space.mprotect(BAD + PAGE, PAGE, Set.of(Protection.READ));
                forked();
            }
            case "no access" -> space.mprotect(BASE, HUGE, Set.of());
            case "mlocked" -> calls.mlock(BASE, HUGE);
            case "pinned" -> space.getUserPages(BAD, 1, true);
            case "unmapped" -> space.munmap(BASE, HUGE);
            case "dropped" -> calls.madvise(BASE, HUGE, Advice.DONTNEED);
            case "known" -> failed(pfn);
            default -> throw new IllegalArgumentException(state);
        }
        return pfn;
    }

    private AddressSpace requireChild() {
        assertThat(child).isNotNull();
        return child.addressSpace();
    }

    private FrameFailure.Outcome failed(long pfn) {
        FrameFailure.Outcome outcome = machine.spaces.failed(pfn);
        assertThat(outcome).isNotNull();
        return outcome;
    }

    private static String told(FrameFailure.Outcome outcome) {
        return outcome.mappers().stream().map(vma -> "%s+%d".formatted(vma.task().name(),
                (vma.start() + (outcome.pageOffset() - vma.pageOffset() << 12) - BASE) / PAGE))
                .collect(Collectors.joining(" "));
    }

    private static String answer(Callable<?> call) {
        try {
            return String.valueOf(call.call());
        } catch (ErrnoException failure) {
            return failure.errno().name();
        } catch (SignalException signal) {
            return signal.signal().toString();
        } catch (Exception other) {
            return other.toString();
        }
    }

    private static String touch(AddressSpace of, long address) {
        return answer(() -> of.loadLong(address)).replace("BUS_MCEERR_AR at 0x" + Long.toHexString(address), "AR");
    }

    @ParameterizedTest(name = "{1}, {0}: {2}; told: {3}; the parent meets {4}, the child {5}")
    @CsvSource(nullValues = "-", value = {
            "SIZE_4K, touched, dirty LRU page: Recovered, parent+3, AR lsb 12, -",
            "SIZE_4K, forked, dirty LRU page: Recovered, parent+3 child+3, AR lsb 12, AR lsb 12",
            "SIZE_4K, 'forked, the child stored', dirty LRU page: Recovered, parent+3, AR lsb 12, 1000",
            "SIZE_4K, 'forked, the child''s copy', dirty LRU page: Recovered, child+3, 4, AR lsb 12",
            "SIZE_4K, 'forked, the parent exited', dirty LRU page: Recovered, child+3, ENODEV, AR lsb 12",
            "SIZE_4K, moved, dirty LRU page: Recovered, parent+4099, SEGV_MAPERR at 0x1000003000, -",
            "SIZE_4K, moved by a part, dirty LRU page: Recovered, parent+4099, SEGV_MAPERR at 0x1000003000, -",
            "SIZE_4K, 'split, then forked', dirty LRU page: Recovered, parent+3 child+3, AR lsb 12, AR lsb 12",
            "SIZE_4K, no access, dirty LRU page: Recovered, parent+3, SEGV_ACCERR at 0x1000003000, -",
            "SIZE_4K, mlocked, dirty mlocked LRU page: Recovered, parent+3, AR lsb 12, -",
            "SIZE_4K, pinned, dirty LRU page: Failed, parent+3, AR lsb 12, -",
            "SIZE_4K, unmapped, free buddy page: Delayed, '', SEGV_MAPERR at 0x1000003000, -",
            "SIZE_4K, dropped, free buddy page: Delayed, '', 0, -",
            "SIZE_4K, known, already hardware poisoned, '', AR lsb 12, -",
            "SIZE_2M, touched, dirty LRU page: Recovered, parent+3, AR lsb 12, -",
            "SIZE_2M, forked, dirty LRU page: Recovered, parent+3 child+3, AR lsb 12, AR lsb 12",
            "SIZE_2M, 'forked, the child stored', dirty LRU page: Recovered, parent+3, AR lsb 12, 1000",
            "SIZE_2M, 'forked, the child''s copy', dirty LRU page: Recovered, child+3, 4, AR lsb 12",
            "SIZE_2M, moved, dirty LRU page: Recovered, parent+4099, SEGV_MAPERR at 0x1000003000, -",
            "SIZE_2M, moved by a part, dirty LRU page: Recovered, parent+4099, SEGV_MAPERR at 0x1000003000, -",
            "SIZE_2M, mlocked, dirty mlocked LRU page: Recovered, parent+3, AR lsb 12, -",
            "SIZE_2M, no access, dirty LRU page: Recovered, parent+3, SEGV_ACCERR at 0x1000003000, -",
            "SIZE_2M, pinned, unsplit thp: Ignored, '', 4, -",
            "SIZE_2M, unmapped, free buddy page: Delayed, '', SEGV_MAPERR at 0x1000003000, -"})
    void whoHadThePageAndWhatIsMetThere(PageSize size, String state, String action, String whoIsTold, String byParent,
            @Nullable String byChild) {
        numbered(size, MapFlag.PRIVATE);
        long pfn = arrange(state);
        FrameFailure.Outcome outcome = failed(pfn);
        assertThat(outcome.what()).isEqualTo(action.contains("already") ? action : "recovery action for " + action);
        assertThat(outcome.recovered()).isEqualTo(!action.contains("Failed") && !action.contains("Ignored"));
        assertThat(outcome.leastSignificantBit()).isEqualTo(12);
        assertThat(told(outcome)).isEqualTo(whoIsTold);
        assertThat(touch(space, BAD)).isEqualTo(byParent);
        if (byChild != null) {
            assertThat(touch(requireChild(), BAD)).isEqualTo(byChild);
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"SIZE_4K", "SIZE_2M"})
    void only4KAreLost(PageSize size) {
        numbered(size, MapFlag.PRIVATE);
        AddressSpace other = forked();
        failed(frame(space, BAD));
        for (AddressSpace each : List.of(space, other)) {
            assertThat(each.counts().mapped2M()).isZero();
            assertThat(each.counts().mapped4K()).isEqualTo(511);
            for (long page = 0; page < HUGE / PAGE; page++) {
                long address = BASE + page * PAGE;
                assertThat(touch(each, address)).isEqualTo(page == 3 ? "AR lsb 12" : String.valueOf(page + 1));
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"fork, AR lsb 12", "mremap, AR lsb 12", "mprotect, AR lsb 12", "mlock, AR lsb 12", "DONTNEED, 0",
            "munmap and mmap, 0"})
    void whereAPageWasLostStaysKnownUntilItIsUnmapped(String call, String then) {
        numbered(PageSize.SIZE_4K, MapFlag.PRIVATE);
        failed(frame(space, BAD));
        long met = BAD;
        AddressSpace by = space;
        switch (call) {
            case "fork" -> by = forked();
            case "mremap" -> met = 3 * PAGE
                    + calls.mremap(BASE, HUGE, HUGE, Set.of(RemapFlag.MAYMOVE, RemapFlag.FIXED), ELSEWHERE);
            case "mprotect" -> {
                space.mprotect(BASE, HUGE, Set.of());
                space.mprotect(BASE, HUGE, READ_WRITE);
            }
            case "mlock" -> calls.mlock(BASE, HUGE);
            case "DONTNEED" -> calls.madvise(BASE, HUGE, Advice.DONTNEED);
            default -> {
                space.munmap(BASE, HUGE);
                space.mmap(BASE, HUGE, READ_WRITE, Set.of(MapFlag.PRIVATE, MapFlag.ANONYMOUS, MapFlag.FIXED), null, 0);
            }
        }
        assertThat(touch(by, met)).isEqualTo(then);
    }

    @Test
    void thoseWhoLookAtTheEntrySeeThatItIsThereAndMapsNothing() {
        numbered(PageSize.SIZE_4K, MapFlag.PRIVATE);
        long pfn = frame(space, BAD);
        failed(pfn);
        assertThat(calls.mincore(BAD, PAGE)).containsExactly(1);
        assertThat(calls.movePages(List.of(BAD))).extracting(PageStatus::errno).hasToString("[ENOENT]");
        assertThat(calls.pagemap(BAD, 1)).containsExactly(1L << 62 | pfn << 5 | 27);
        assertThat(space.walk(BAD).getLast().bits()).isEmpty();
        assertThat(answer(() -> space.getUserPages(BAD, 1, false))).isEqualTo("EHWPOISON");
        assertThat(calls.coreDumpBytes(BASE, HUGE)).isEqualTo(HUGE - PAGE);
        assertThat(space.counts().mapped4K()).isEqualTo(511);
    }

    @ParameterizedTest(name = "{1}, {0}")
    @CsvSource({"SIZE_4K, touched", "SIZE_2M, touched", "SIZE_4K, forked", "SIZE_4K, unmapped", "SIZE_2M, unmapped",
            "SIZE_4K, pinned", "SIZE_2M, pinned"})
    void theFrameIsNeverHandedOutAgain(PageSize size, String state) {
        numbered(size, MapFlag.PRIVATE);
        long pfn = arrange(state);
        failed(pfn);
        if (state.equals("pinned")) {
            space.unpinUserPages(List.of(pfn));
        }
        parent.close();
        if (child != null) {
            child.close();
        }
        assertThat(machine.spaces.framesInUse()).isZero();
        AddressSpace next = machine.newSpace();
        next.mmap(BASE, 4 * HUGE, READ_WRITE, Set.of(MapFlag.PRIVATE, MapFlag.ANONYMOUS, MapFlag.FIXED), null, 0);
        Set<Long> given = new HashSet<>();
        for (long offset = 0; offset < 4 * HUGE; offset += PAGE) {
            next.storeByte(BASE + offset, (byte) 1);
            given.add(frame(next, BASE + offset));
        }
        // All that the lost page's neighbours are given again shows that it would have been.
        assertThat(given).contains(pfn - 1, pfn + 1).doesNotContain(pfn);
    }

    @Test
    void aSharedPageIsLostToAllAndTheFileHasAnEmptyOneInItsPlace() {
        numbered(PageSize.SIZE_4K, MapFlag.SHARED);
        AddressSpace other = forked();
        assertThat(other.loadLong(BAD)).isEqualTo(4);
        assertThat(told(failed(frame(space, BAD)))).isEqualTo("parent+3 child+3");
        assertThat(touch(space, BAD)).isEqualTo("AR lsb 12");
        assertThat(touch(other, BAD)).isEqualTo("AR lsb 12");
        machine.spaces.of(requireTask()).madvise(BAD, PAGE, Advice.DONTNEED);
        assertThat(touch(other, BAD)).isEqualTo("0");
    }

    private Task requireTask() {
        assertThat(child).isNotNull();
        return child;
    }

    @Test
    void aFailureIsSaidOnceWithItsUsers() {
        numbered(PageSize.SIZE_4K, MapFlag.PRIVATE);
        long pfn = arrange("pinned");
        failed(pfn);
        assertThat(machine.logLines())
                .containsExactly("Memory failure: 0x%x: dirty LRU page still referenced by 1 users".formatted(pfn));
    }

    @Test
    void whatIsNoPageOfATaskIsAnswersToSomebodyElse() {
        List<Long> released = new ArrayList<>();
        long pfn = machine.spaces.take(0, PageSize.SIZE_2M, released::add);
        assertThat(machine.spaces.failed(pfn + 1)).isNull();
        assertThat(machine.spaces.failed(TestMachine.DMEM_START >> 12)).isNull();
        assertThat(machine.spaces.failed(1L << 50)).isNull();
        machine.spaces.give(pfn);
    }

    /** A child that is being made while its parent's pages go bad has none of them afterwards. */
    @ParameterizedTest(name = "{0}")
    @CsvSource({"SIZE_4K", "SIZE_2M"})
    void noMapperIsMissedWhileAnotherComes(PageSize size) throws InterruptedException {
        numbered(size, MapFlag.PRIVATE);
        List<Long> bad = new ArrayList<>();
        for (long page = 0; page < 64; page++) {
            bad.add(frame(space, BASE + page * PAGE));
        }
        List<Task> children = new ArrayList<>();
        Thread forking = Thread.ofPlatform().start(() -> {
            for (int number = 0; number < 12; number++) {
                children.add(machine.spaces.fork(parent, "child"));
            }
        });
        bad.forEach(this::failed);
        forking.join();
        assertThat(children).hasSize(12);
        children.add(parent);
        for (Task task : children) {
            for (long page = 0; page < 64; page++) {
                assertThat(touch(task.addressSpace(), BASE + page * PAGE)).startsWith("AR");
            }
            Vma vma = task.addressSpace().findVma(BASE);
            assertThat(vma).isNotNull();
        }
    }
}
