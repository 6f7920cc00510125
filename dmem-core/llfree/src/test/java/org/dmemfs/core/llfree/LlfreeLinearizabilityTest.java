package org.dmemfs.core.llfree;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicIntegerArray;
import org.jetbrains.lincheck.LincheckAssertionError;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Lincheck: take and give are each one moment, a take in vain says that there was a moment without a free dpage, and no
 * dpage has two owners. The model checker runs the algorithm over words on the heap, since it does not see memory outside
 * of it; the stress runs it over the real words.
 */
class LlfreeLinearizabilityTest {
    private static final int DPAGES = 3;
    private static final int THREADS = 3;

    private static ModelCheckingOptions modelChecking() {
        return new ModelCheckingOptions().iterations(8).invocationsPerIteration(1000).threads(2).actorsPerThread(3)
                .actorsBefore(1).actorsAfter(1).minimizeFailedScenario(false)
                .sequentialSpecification(Specification.class);
    }

    private static StressOptions stress() {
        return new StressOptions().iterations(5).invocationsPerIteration(500).threads(THREADS - 1).actorsPerThread(4)
                .actorsBefore(1).actorsAfter(1).minimizeFailedScenario(false)
                .sequentialSpecification(Specification.class);
    }

    @Test
    @DisplayName("model checker, words on the heap")
    void modelChecked() {
        assertThatCode(() -> modelChecking().check(OnHeap.class)).doesNotThrowAnyException();
    }

    @Test
    @DisplayName("model checker: a planted race is found")
    void plantedRaceIsFoundByTheModelChecker() {
        assertThatThrownBy(() -> modelChecking().check(PlantedOnHeap.class)).isInstanceOf(LincheckAssertionError.class);
    }

    @Test
    @DisplayName("stress, the real words")
    void stressed() {
        assertThatCode(() -> stress().check(OffHeap.class)).doesNotThrowAnyException();
    }

    @Test
    @DisplayName("stress: a planted race is found")
    void plantedRaceIsFoundByStress() {
        assertThatThrownBy(() -> stress().check(PlantedOffHeap.class)).isInstanceOf(LincheckAssertionError.class);
    }

    /** What the allocator is to be like. */
    public static final class Specification {
        private final int[] held = new int[THREADS];
        private int free = DPAGES;

        public boolean take(int thread) {
            if (free == 0) {
                return false;
            }
            free--;
            held[thread]++;
            return true;
        }

        public boolean give(int thread) {
            if (held[thread] == 0) {
                return false;
            }
            free++;
            held[thread]--;
            return true;
        }
    }

    /** Keeps what each thread took; which dpage it was is nobody's business, but it must have been nobody else's. */
    public abstract static class Allocator {
        private final LlfreeAllocator allocator;
        private final AtomicIntegerArray owners = new AtomicIntegerArray(DPAGES);
        private final long[][] held = new long[THREADS][DPAGES];
        private final int[] count = new int[THREADS];

        Allocator(AtomicWords words) {
            allocator = new LlfreeAllocator(words, DPAGES, from -> -1);
        }

        boolean takeFor(int thread) {
            long dpage = allocator.take();
            if (dpage < 0) {
                return false;
            }
            if (owners.incrementAndGet((int) dpage) != 1) {
                throw new IllegalStateException("two owners of dpage " + dpage);
            }
            held[thread][count[thread]++] = dpage;
            return true;
        }

        boolean giveFor(int thread) {
            if (count[thread] == 0) {
                return false;
            }
            long dpage = held[thread][--count[thread]];
            owners.decrementAndGet((int) dpage);
            allocator.give(dpage);
            return true;
        }
    }

    /** Under the model checker. */
    @Param(name = "thread", gen = ThreadIdGen.class)
    public static class OnHeap extends Allocator {
        public OnHeap() {
            super(new OnHeapWords(DPAGES));
        }

        @Operation
        public boolean take(@Param(name = "thread") int thread) {
            return takeFor(thread);
        }

        @Operation
        public boolean give(@Param(name = "thread") int thread) {
            return giveFor(thread);
        }
    }

    /** Under the model checker, with the race. */
    @Param(name = "thread", gen = ThreadIdGen.class)
    public static class PlantedOnHeap extends Allocator {
        public PlantedOnHeap() {
            super(new RacyWords(new OnHeapWords(DPAGES)));
        }

        @Operation
        public boolean take(@Param(name = "thread") int thread) {
            return takeFor(thread);
        }

        @Operation
        public boolean give(@Param(name = "thread") int thread) {
            return giveFor(thread);
        }
    }

    /** Under stress. */
    @Param(name = "thread", gen = ThreadIdGen.class)
    public static class OffHeap extends Allocator {
        public OffHeap() {
            super(new OffHeapWords(Children.bitWordsFor(DPAGES), Children.countFor(DPAGES)));
        }

        @Operation
        public boolean take(@Param(name = "thread") int thread) {
            return takeFor(thread);
        }

        @Operation
        public boolean give(@Param(name = "thread") int thread) {
            return giveFor(thread);
        }
    }

    /** Under stress, with the race. */
    @Param(name = "thread", gen = ThreadIdGen.class)
    public static class PlantedOffHeap extends Allocator {
        public PlantedOffHeap() {
            super(new RacyWords(new OffHeapWords(Children.bitWordsFor(DPAGES), Children.countFor(DPAGES))));
        }

        @Operation
        public boolean take(@Param(name = "thread") int thread) {
            return takeFor(thread);
        }

        @Operation
        public boolean give(@Param(name = "thread") int thread) {
            return giveFor(thread);
        }
    }
}
