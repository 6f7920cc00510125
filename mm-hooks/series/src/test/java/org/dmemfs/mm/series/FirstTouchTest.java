package org.dmemfs.mm.series;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.kernel.SeriesVersion;
import org.dmemfs.mm.AddressSpace;
import org.dmemfs.mm.MapFlag;
import org.dmemfs.mm.Protection;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Two threads touch one huge page at once for the first time (defect 12.2.12). The second has missed its TLB and waits for the
 * mmap lock while the first puts the entry in place; then it handles its fault and finds the entry there. As posted it takes it
 * for a bad table; repaired, the fault is spurious and nothing is said.
 */
@Timeout(120)
class FirstTouchTest {
    private static final Set<Protection> READ_WRITE = Set.of(Protection.READ, Protection.WRITE);
    private static final long VALUE = 0x1234_5678L;
    private static final int ROUNDS = 1000;

    @ParameterizedTest(name = "{0}, {1}: {2}")
    @CsvSource({"REPAIRED, SIZE_2M, ''", "REPAIRED, SIZE_1G, ''", "V2, SIZE_2M, bad pmd", "V2, SIZE_1G, bad pud",
            "V1, SIZE_2M, bad pmd"})
    void theSecondOfTwoFirstTouches(SeriesVersion series, PageSize size, String logged) throws Exception {
        try (TestMachine machine = new TestMachine().with(series)) {
            RegionFile file = machine.file(size, 2 * TestMachine.GIB);
            AddressSpace space = machine.newSpace();
            long address = space.mmap(0, TestMachine.GIB, READ_WRITE, Set.of(MapFlag.SHARED), file, 0);
            machine.bytes().storeLong(file.pfn(0) << 12, VALUE);
            int round = 0;
            while (secondFaults(machine, space) == 0) {
                assertThat(round++).as("rounds without a second fault").isLessThan(ROUNDS);
                file.mapping().unmapRange(0, Long.MAX_VALUE);
                touchTwice(machine, space, address);
            }
            assertThat(space.loadLong(address)).isEqualTo(VALUE);
            assertThat(space.mappingLevel(address)).isEqualTo(size);
            if (logged.isEmpty()) {
                assertThat(machine.logLines()).isEmpty();
            } else {
                assertThat(machine.logLines()).isNotEmpty().allMatch(line -> line.contains(logged));
            }
        }
    }

    /** How often an entry was found that another thread had just put in place: counted where repaired, logged where not. */
    private static long secondFaults(TestMachine machine, AddressSpace space) {
        return space.counts().spuriousFaults() + machine.logLines().size();
    }

    private static void touchTwice(TestMachine machine, AddressSpace space, long address) throws InterruptedException {
        CountDownLatch locked = new CountDownLatch(1);
        AtomicLong seen = new AtomicLong();
        Thread second = new Thread(() -> {
            try {
                locked.await();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
            seen.set(space.loadLong(address));
        });
        second.start();
        RegionFile other = machine.file(PageSize.SIZE_4K, TestMachine.MIB);
        long unmapped = space.mmap(0, 4096, READ_WRITE, Set.of(MapFlag.SHARED), other, 0);
        // The file hears of its unmapping with the mmap lock held exclusively: here the second thread comes as far as it can.
        other.onClose = () -> {
            locked.countDown();
            while (!waitsForTheMmapLock(second)) {
                Thread.onSpinWait();
            }
        };
        space.munmap(unmapped, 4096);
        assertThat(space.loadLong(address)).isEqualTo(VALUE);
        second.join();
        assertThat(seen).hasValue(VALUE);
    }

    private static boolean waitsForTheMmapLock(Thread thread) {
        if (thread.getState() != Thread.State.WAITING) {
            return false;
        }
        for (StackTraceElement frame : thread.getStackTrace()) {
            if (frame.getClassName().endsWith("StampedLock")) {
                return true;
            }
        }
        return false;
    }
}
