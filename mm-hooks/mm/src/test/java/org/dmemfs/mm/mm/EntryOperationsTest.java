package org.dmemfs.mm.mm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import org.dmemfs.reserve.FrameKind;
import org.dmemfs.reserve.MemoryMap;
import org.dmemfs.reserve.MemoryRange;
import org.jetbrains.lincheck.LincheckAssertionError;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * The operations on entries under Lincheck: an entry is put in place only once, bits are added only to what was read, a change
 * of protection loses no bit that comes meanwhile, and what a zap takes out nobody else gets. The model checker runs them over
 * words on the heap, since it does not see memory outside of it; the stress runs them over the real tables.
 */
class EntryOperationsTest {
    private static final long TOP_OF_RAM = 1L << 30;
    /** One for all runs of the stress, each of which takes two entries that nobody used: making the memory costs more. */
    private static final TableMemory SHARED = tables();
    private static final AtomicInteger USED = new AtomicInteger();
    private static long table;

    private static StressOptions stress() {
        return new StressOptions().minimizeFailedScenario(false).threads(2).actorsPerThread(3).actorsBefore(0)
                .actorsAfter(1).iterations(6)
                .invocationsPerIteration(500).sequentialSpecification(Specification.class);
    }

    private static ModelCheckingOptions modelChecking() {
        return new ModelCheckingOptions().minimizeFailedScenario(false).threads(2).actorsPerThread(3).actorsBefore(1)
                .actorsAfter(1).iterations(5).invocationsPerIteration(400)
                .sequentialSpecification(Specification.class);
    }

    @Test
    @DisplayName("model checker, words on the heap")
    void modelChecked() {
        assertThatCode(() -> modelChecking().check(OnHeap.class)).doesNotThrowAnyException();
    }

    @Test
    @DisplayName("model checker: a zap that reads and then clears is found")
    void theModelCheckerFindsTheZapInTwoSteps() {
        assertThatThrownBy(() -> modelChecking().check(OnHeapZappedInTwoSteps.class))
                .isInstanceOf(LincheckAssertionError.class);
    }

    @Test
    @DisplayName("model checker: a change of protection that stores what it read is found")
    void theModelCheckerFindsTheLostBit() {
        assertThatThrownBy(() -> modelChecking().check(OnHeapProtectedByAStore.class))
                .isInstanceOf(LincheckAssertionError.class);
    }

    @Test
    @DisplayName("stress, the real tables")
    void stressed() {
        assertThatCode(() -> stress().check(OffHeap.class)).doesNotThrowAnyException();
    }

    @Test
    @DisplayName("stress: a zap that reads and then clears is found")
    void theStressFindsTheZapInTwoSteps() {
        assertThatThrownBy(() -> stress().iterations(20).invocationsPerIteration(2000)
                .check(OffHeapZappedInTwoSteps.class)).isInstanceOf(LincheckAssertionError.class);
    }

    @Test
    void theNumbersOfTablesAreTheTopOfTheRange() {
        TableMemory tables = tables();
        long first = tables.allocate();
        assertThat(first << 12).isEqualTo(tables.startPhysicalAddress()).isEqualTo(TOP_OF_RAM - (TOP_OF_RAM >> 3));
        tables.release(first);
        assertThat(tables.allocate()).isEqualTo(first);
        assertThat(tables.framesInUse()).isEqualTo(1);
    }

    private static TableMemory tables() {
        return TableMemory.on(new MemoryMap(List.of(new MemoryRange(0, TOP_OF_RAM, 0, FrameKind.RAM, "System RAM"))));
    }

    private static synchronized long twoEntries() {
        int used = USED.getAndAdd(2) % Entries.ENTRIES_PER_TABLE;
        if (used == 0) {
            table = SHARED.allocate();
        }
        return TableMemory.location(table, (long) used << Entries.PTE_SHIFT, Entries.PTE_SHIFT);
    }

    /** What two slots are to be like. */
    public static final class Specification {
        private final long[] slots = new long[2];

        public boolean insert(int slot, int pfn) {
            if (slots[slot] != 0) {
                return false;
            }
            slots[slot] = entry(pfn);
            return true;
        }

        public long touch(int slot) {
            return slots[slot] == 0 ? 0 : (slots[slot] |= Entries.DIRTY);
        }

        public long protect(int slot) {
            long before = slots[slot];
            slots[slot] &= ~Entries.WRITE;
            return before;
        }

        public long zap(int slot) {
            long before = slots[slot];
            slots[slot] = 0;
            return before;
        }
    }

    private static long entry(int pfn) {
        return (long) pfn << Entries.PTE_SHIFT | Entries.PRESENT | Entries.WRITE;
    }

    /** Two slots of one table. */
    @Param(name = "slot", gen = IntGen.class, conf = "0:1")
    @Param(name = "pfn", gen = IntGen.class, conf = "1:3")
    abstract static class Slots {
        final EntryWords words;
        private final long first;

        Slots(EntryWords words, long firstLocation) {
            this.words = words;
            this.first = firstLocation;
        }

        final long location(int slot) {
            return first + slot * (long) Long.BYTES;
        }

        /** A fault. */
        @Operation
        public boolean insert(@Param(name = "slot") int slot, @Param(name = "pfn") int pfn) {
            return words.compareAndSet(location(slot), 0, entry(pfn));
        }

        /** A walk that sets DIRTY. */
        @Operation
        public long touch(@Param(name = "slot") int slot) {
            while (true) {
                long entry = words.get(location(slot));
                if (entry == 0) {
                    return 0;
                }
                if (words.addBits(location(slot), entry, Entries.DIRTY)) {
                    return entry | Entries.DIRTY;
                }
            }
        }

        /** A fork or an mprotect. */
        @Operation
        public long protect(@Param(name = "slot") int slot) {
            return words.change(location(slot), Entries.WRITE, 0);
        }

        /** An unmap. */
        @Operation
        public long zap(@Param(name = "slot") int slot) {
            return words.clear(location(slot));
        }
    }

    /** Over words on the heap. */
    public static class OnHeap extends Slots {
        public OnHeap() {
            super(new HeapWords(), 0);
        }
    }

    /** Over the real tables. */
    public static class OffHeap extends Slots {
        public OffHeap() {
            super(SHARED, twoEntries());
        }
    }

    /** A planted offender: takes an entry out that it did not see. */
    private static long zapInTwoSteps(EntryWords words, long location) {
        long entry = words.get(location);
        words.set(location, 0);
        return entry;
    }

    /** The offender on the heap. */
    public static class OnHeapZappedInTwoSteps extends OnHeap {
        @Override
        @Operation
        public long zap(@Param(name = "slot") int slot) {
            return zapInTwoSteps(words, location(slot));
        }
    }

    /** The offender over the real tables. */
    public static class OffHeapZappedInTwoSteps extends OffHeap {
        @Override
        @Operation
        public long zap(@Param(name = "slot") int slot) {
            return zapInTwoSteps(words, location(slot));
        }
    }

    /** Another planted offender: a DIRTY that comes between its two steps is lost. */
    public static class OnHeapProtectedByAStore extends OnHeap {
        @Override
        @Operation
        public long protect(@Param(name = "slot") int slot) {
            long entry = words.get(location(slot));
            if (entry != 0) {
                words.set(location(slot), entry & ~Entries.WRITE);
            }
            return entry;
        }
    }

    /** The same words on the heap, where the model checker sees every access. */
    private static final class HeapWords implements EntryWords {
        private final AtomicLongArray words = new AtomicLongArray(2);

        private static int index(long location) {
            return (int) location / Long.BYTES;
        }

        @Override
        public long get(long location) {
            return words.getAcquire(index(location));
        }

        @Override
        public boolean compareAndSet(long location, long expected, long entry) {
            return words.compareAndSet(index(location), expected, entry);
        }

        @Override
        public void set(long location, long entry) {
            words.setRelease(index(location), entry);
        }

        @Override
        public long clear(long location) {
            return words.getAndSet(index(location), 0);
        }
    }
}
