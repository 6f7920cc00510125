package org.dmemfs.mm.series;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.SeriesVersion;
import org.dmemfs.mm.AddressSpace;
import org.dmemfs.mm.Advice;
import org.dmemfs.mm.BusSignal;
import org.dmemfs.mm.MapFlag;
import org.dmemfs.mm.MemoryCalls;
import org.dmemfs.mm.Protection;
import org.dmemfs.mm.RemapFlag;
import org.dmemfs.mm.SignalException;
import org.dmemfs.mm.Task;
import org.dmemfs.mm.mm.TransparentHugePages;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Random system calls and accesses on 64 pages around the border of two page tables, against a model of one array. */
class RandomMappingsTest {
    private static final int PAGES = 64;
    private static final long PAGE = 4096;
    private static final long BASE = (1L << 30) - PAGES / 2 * PAGE;
    private static final int STEPS = 4_000;
    private static final int NONE = -1;

    /** What each page is: NONE, or its protection as bits, 1 for loads and 2 for stores. */
    private final int[] protection = new int[PAGES];
    private final long[] value = new long[PAGES];
    /** What the model calls a page: one of 4K, or so many that a few of them make one of 2M. */
    private long unit;

    @ParameterizedTest(name = "seed {0}, units of {1} bytes, huge pages {2}")
    @CsvSource({"20201008, 4096, MADVISE", "20201207, 4096, MADVISE", "1, 4096, MADVISE", "2, 4096, MADVISE",
            "3, 4096, MADVISE", "4, 4096, ALWAYS", "5, 524288, ALWAYS", "6, 524288, ALWAYS", "7, 524288, NEVER",
            "8, 1048576, ALWAYS"})
    void theAddressSpaceAnswersAsTheModelDoes(long seed, long unitBytes, TransparentHugePages hugePages) {
        unit = unitBytes;
        System.out.println("seed " + seed);
        Arrays.fill(protection, NONE);
        Random random = new Random(seed);
        try (TestMachine machine = new TestMachine(4, hugePages).with(SeriesVersion.REPAIRED)) {
            Task task = machine.newTask();
            AddressSpace space = task.addressSpace();
            MemoryCalls calls = machine.spaces.of(task);
            for (int step = 0; step < STEPS; step++) {
                int from = random.nextInt(PAGES);
                int to = from + 1 + random.nextInt(Math.min(8, PAGES - from));
                int bits = random.nextInt(4);
                int kind = random.nextInt(8);
                String said = said(() -> act(space, calls, kind, from, to, bits));
                assertThat(said).as("seed %d step %d kind %d pages %d to %d bits %d", seed, step, kind, from, to, bits)
                        .isEqualTo(expected(kind, from, to, bits));
            }
            space.munmap(BASE, PAGES * unit);
            assertThat(space.counts().pageTablePages()).isEqualTo(1);
            assertThat(space.counts().mapped4K()).isZero();
            assertThat(space.counts().mapped2M()).isZero();
            assertThat(space.counts().pmdFaults() > 0).isEqualTo(
                    hugePages == TransparentHugePages.ALWAYS && unitBytes > PAGE);
            assertThat(machine.spaces.framesInUse()).isZero();
            assertThat(machine.logLines()).isEmpty();
        }
    }

    private static String said(Supplier<String> call) {
        try {
            return call.get();
        } catch (ErrnoException failure) {
            return failure.errno().name();
        } catch (SignalException signal) {
            return signal.signal().kind().name();
        }
    }

    private String act(AddressSpace space, MemoryCalls calls, int kind, int from, int to, int bits) {
        long start = BASE + from * unit;
        long bytes = (to - from) * unit;
        switch (kind) {
            case 0 -> space.mmap(start, bytes, access(bits), Set.of(MapFlag.PRIVATE, MapFlag.ANONYMOUS, MapFlag.FIXED),
                    null, 0);
            case 1 -> space.munmap(start, bytes);
            case 2 -> space.mprotect(start, bytes, access(bits));
            case 3 -> space.storeLong(start + 16, from * 1000L + bits);
            case 4 -> {
                return String.valueOf(space.loadLong(start + 16));
            }
            case 5 -> calls.madvise(start, bytes, Advice.DONTNEED);
            case 6 -> calls.mremap(start, unit, unit, Set.of(RemapFlag.MAYMOVE, RemapFlag.FIXED),
                    BASE + (from + 31) % PAGES * unit);
            default -> calls.mlock(start, unit - PAGE / 2);
        }
        return "ok";
    }

    private static Set<Protection> access(int bits) {
        return switch (bits) {
            case 0 -> Set.of();
            case 1 -> Set.of(Protection.READ);
            case 2 -> Set.of(Protection.WRITE);
            default -> Set.of(Protection.READ, Protection.WRITE);
        };
    }

    private final boolean[] locked = new boolean[PAGES];

    private String expected(int kind, int from, int to, int bits) {
        switch (kind) {
            case 0 -> set(from, to, bits);
            case 1 -> set(from, to, NONE);
            case 2 -> {
                for (int page = from; page < to; page++) {
                    if (protection[page] == NONE) {
                        return "ENOMEM";
                    }
                    protection[page] = bits;
                }
            }
            case 3 -> {
                if (protection[from] == NONE) {
                    return BusSignal.Kind.SEGV_MAPERR.name();
                }
                if ((protection[from] & 2) == 0) {
                    return BusSignal.Kind.SEGV_ACCERR.name();
                }
                value[from] = from * 1000L + bits;
            }
            case 4 -> {
                // What the hardware lets a task store to, it lets it load from.
                return protection[from] == NONE
                        ? BusSignal.Kind.SEGV_MAPERR.name()
                        : protection[from] == 0 ? BusSignal.Kind.SEGV_ACCERR.name() : String.valueOf(value[from]);
            }
            case 5 -> {
                return dontneed(from, to);
            }
            case 6 -> {
                return moved(from, (from + 31) % PAGES);
            }
            default -> {
                if (protection[from] == NONE) {
                    return "ENOMEM";
                }
                locked[from] = true;
            }
        }
        return "ok";
    }

    private void set(int from, int to, int bits) {
        Arrays.fill(protection, from, to, bits);
        Arrays.fill(value, from, to, 0);
        Arrays.fill(locked, from, to, false);
    }

    /** VMA by VMA in ascending order: what comes before a locked page is dropped; a hole is told at the end. */
    private String dontneed(int from, int to) {
        boolean hole = false;
        for (int page = from; page < to; page++) {
            if (protection[page] == NONE) {
                hole = true;
            } else if (locked[page]) {
                return "EINVAL";
            } else {
                value[page] = 0;
            }
        }
        return hole ? "ENOMEM" : "ok";
    }

    /** The target is unmapped first, whatever comes of the source. */
    private String moved(int from, int to) {
        set(to, to + 1, NONE);
        if (protection[from] == NONE) {
            return "EFAULT";
        }
        protection[to] = protection[from];
        value[to] = value[from];
        locked[to] = locked[from];
        set(from, from + 1, NONE);
        return "ok";
    }
}
