package org.dmemfs.mm.mm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.dmemfs.reserve.FrameKind;
import org.dmemfs.reserve.MemoryMap;
import org.dmemfs.reserve.MemoryRange;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Test;

/**
 * The operations on entries under Lincheck, in stress mode over the real tables: an entry is put in place only once, bits are
 * added only to what was read, and what a zap takes out nobody else gets.
 */
class EntryOperationsTest {
    private static final long TOP_OF_RAM = 1L << 30;
    /** One for all runs, each of which takes a table: making the memory costs more than a run. */
    private static final TableMemory SHARED = tables();

    private static StressOptions options() {
        return new StressOptions().minimizeFailedScenario(false).threads(2).actorsPerThread(3).actorsBefore(0)
                .actorsAfter(1).iterations(6)
                .invocationsPerIteration(500);
    }

    @Test
    void entriesAreLinearizable() {
        assertThatCode(() -> options().check(Slots.class)).doesNotThrowAnyException();
    }

    @Test
    void aZapThatReadsAndThenClearsIsFound() {
        assertThatThrownBy(() -> options().check(SlotsWithARace.class)).hasMessageContaining("Invalid");
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

    /** Two slots of one table. */
    @Param(name = "slot", gen = IntGen.class, conf = "0:1")
    @Param(name = "pfn", gen = IntGen.class, conf = "1:3")
    public static class Slots {
        final TableMemory tables = SHARED;
        final long table = tables.allocate();

        long location(int slot) {
            return TableMemory.location(table, (long) slot << Entries.PTE_SHIFT, Entries.PTE_SHIFT);
        }

        /** A fault. */
        @Operation
        public boolean insert(@Param(name = "slot") int slot, @Param(name = "pfn") int pfn) {
            return tables.compareAndSet(location(slot), 0, (long) pfn << Entries.PTE_SHIFT | Entries.PRESENT);
        }

        /** A walk that sets DIRTY. */
        @Operation
        public long touch(@Param(name = "slot") int slot) {
            while (true) {
                long entry = tables.get(location(slot));
                if (entry == 0) {
                    return 0;
                }
                if (tables.addBits(location(slot), entry, Entries.DIRTY)) {
                    return entry | Entries.DIRTY;
                }
            }
        }

        /** An unmap. */
        @Operation
        public long zap(@Param(name = "slot") int slot) {
            return tables.clear(location(slot));
        }
    }

    /** The planted offender: a zap in two steps takes an entry out that it did not see. */
    @Param(name = "slot", gen = IntGen.class, conf = "0:1")
    @Param(name = "pfn", gen = IntGen.class, conf = "1:3")
    public static class SlotsWithARace {
        final TableMemory tables = SHARED;
        final long table = tables.allocate();

        /** A fault. */
        @Operation
        public boolean insert(@Param(name = "slot") int slot, @Param(name = "pfn") int pfn) {
            return tables.compareAndSet(TableMemory.location(table, (long) slot << 12, 12), 0,
                    (long) pfn << Entries.PTE_SHIFT | Entries.PRESENT);
        }

        /** An unmap as it must not be. */
        @Operation
        public long zap(@Param(name = "slot") int slot) {
            long location = TableMemory.location(table, (long) slot << 12, 12);
            long entry = tables.get(location);
            tables.set(location, 0);
            return entry;
        }
    }
}
