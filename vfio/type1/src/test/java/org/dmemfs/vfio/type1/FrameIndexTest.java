package org.dmemfs.vfio.type1;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.vfio.DmaPermission;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** From a frame back to the ranges that have it. */
class FrameIndexTest {
    private static final long GIB_FRAMES = 1L << 18;

    private final FrameIndex index = new FrameIndex();

    /** A contiguous run of a range, as it was mapped. */
    private record Run(MapSlot slot, long iova, long pfn, long frames) {
        boolean has(long wanted) {
            return wanted >= pfn && wanted < pfn + frames;
        }

        long iovaOf(long wanted) {
            return iova + (wanted - pfn << 12);
        }
    }

    private static MapSlot slot(long iova) {
        return new MapSlot(new MapRequest(iova, 0, 4096, Set.of(DmaPermission.READ)),
                new HoldRule(HoldRule.Kind.NONE, PageSize.SIZE_4K), 0);
    }

    private List<MapSlot> slotsOf(long pfn) {
        List<MapSlot> slots = new ArrayList<>();
        index.each(pfn, (slot, iova, end) -> slots.add(slot));
        return slots;
    }

    @ParameterizedTest(name = "{0} frames from {1}: frame {2} is in a part of {3} frames")
    @CsvSource({
            "262144, 262144, 300000, 262144",
            "262144, 262144, 524287, 262144",
            "1048576, 0,     999999, 262144",
            "1024,   512,    600,    512",
            "1024,   700,    700,    324",
            "1,      700,    700,    1",
            "262145, 262144, 524288, 1"})
    void aFrameLeadsToThePartOfTheIovaThatHasItsStretch(long frames, long pfn, long wanted, long part) {
        MapSlot slot = slot(0);
        index.add(slot, 1L << 40, pfn, frames);

        index.each(wanted, (found, iova, end) -> {
            assertThat(found).isSameAs(slot);
            assertThat(end - iova >> 12).isEqualTo(part);
            assertThat(iova).isLessThanOrEqualTo((1L << 40) + (wanted - pfn << 12));
            assertThat(end).isGreaterThan((1L << 40) + (wanted - pfn << 12));
        });
        assertThat(slotsOf(wanted)).hasSize(1);
        assertThat(slotsOf(pfn + frames + 1024)).isEmpty();
    }

    @ParameterizedTest(name = "beside {0} other ranges")
    @ValueSource(ints = {0, 10, 10_000})
    void howManyRangesAreLookedAtDoesNotGrowWithTheRangesElsewhere(int others) {
        for (int other = 0; other < others; other++) {
            index.add(slot(0), (long) other << 30, (other + 2L) * GIB_FRAMES, 512);
        }
        index.add(slot(0), 0, 77, 3);

        assertThat(slotsOf(78)).hasSize(1);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void anyRunsAreFoundWhileTheyAreMappedAndForgottenWhenTheyAreCleared(long seed) {
        Random random = new Random(seed);
        List<Run> runs = new ArrayList<>();
        for (int each = 0; each < 200; each++) {
            MapSlot slot = slot(0);
            long iova = (long) each << 36;
            for (int piece = 0; piece < 1 + random.nextInt(4); piece++) {
                long frames = 1 + random.nextLong(switch (random.nextInt(3)) {
                    case 0 -> 4;
                    case 1 -> 3000;
                    default -> 3 * GIB_FRAMES;
                });
                Run run = new Run(slot, iova, random.nextLong(4 * GIB_FRAMES), frames);
                index.add(slot, iova, run.pfn(), frames);
                runs.add(run);
                iova += frames << 12;
            }
        }
        requireFound(runs, random);
        while (!runs.isEmpty()) {
            MapSlot gone = runs.get(random.nextInt(runs.size())).slot();
            runs.stream().filter(run -> run.slot() == gone).forEach(run -> clear(run, random));
            runs.removeIf(run -> run.slot() == gone);
            requireFound(runs, random);
        }
        assertThat(index.isEmpty()).isTrue();
    }

    /** Entry by entry, of sizes that need not be those of the stretches. */
    private void clear(Run run, Random random) {
        long next;
        for (long at = run.pfn(); at < run.pfn() + run.frames(); at = next) {
            next = Math.min(run.pfn() + run.frames(), at + (random.nextBoolean() ? GIB_FRAMES : 1L << 9));
            index.remove(run.slot(), at, next - at);
        }
    }

    private void requireFound(List<Run> runs, Random random) {
        for (int sample = 0; sample < 20; sample++) {
            long pfn = random.nextLong(7 * GIB_FRAMES);
            List<Run> expected = runs.stream().filter(run -> run.has(pfn)).toList();
            List<Run> found = new ArrayList<>();
            index.each(pfn, (slot, iova, end) -> expected.stream().filter(
                    run -> run.slot() == slot && run.iovaOf(pfn) >= iova && run.iovaOf(pfn) < end)
                    .filter(run -> !found.contains(run)).forEach(found::add));
            assertThat(found).as("frame 0x%x", pfn).containsExactlyInAnyOrderElementsOf(expected);
        }
    }

    @Test
    void aRangeThatHasAStretchTwiceIsOneWithBothParts() {
        MapSlot slot = slot(0);
        index.add(slot, 0x1000, 77, 1);
        index.add(slot, 0x9000, 78, 1);

        index.each(77, (found, iova, end) -> {
            assertThat(iova).isEqualTo(0x1000);
            assertThat(end).isEqualTo(0xa000);
        });
        index.remove(slot, 77, 1);
        index.remove(slot, 78, 1);
        assertThat(index.isEmpty()).isTrue();
    }
}
