package org.dmemfs.mm.series;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.mm.AddressSpace;
import org.dmemfs.mm.MapFlag;
import org.dmemfs.mm.Protection;
import org.dmemfs.mm.SignalException;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Memory that an unmap has returned belongs to another: threads load, store and copy all the while, and after each
 * {@code unmapRange} the test plays the next owner of a frame. Nobody may see its secret, and nobody may write into it.
 */
@Timeout(120)
class StaleTranslationTest {
    private static final int ROUNDS = 300;
    private static final long SECRET = 0x5ec2_e75e_c2e7L;
    private static final long USED = 256 << 10;

    @ParameterizedTest
    @EnumSource(PageSize.class)
    void noAccessOutlivesAnUnmap(PageSize size) throws Exception {
        long seed = 20_201_207L + size.shift();
        System.out.println("seed " + seed);
        try (TestMachine machine = TestMachine.repaired(); ExecutorService threads = Executors.newCachedThreadPool()) {
            RegionFile file = machine.file(size, TestMachine.GIB);
            AddressSpace space = machine.newSpace();
            long address = space.mmap(0, TestMachine.GIB, Set.of(Protection.READ, Protection.WRITE),
                    Set.of(MapFlag.SHARED), file, 0);
            AtomicBoolean stop = new AtomicBoolean();
            AtomicLong accesses = new AtomicLong();
            List<Future<String>> workers = new ArrayList<>();
            workers.add(threads.submit(() -> use(space, address, stop, accesses, 0)));
            workers.add(threads.submit(() -> use(space, address, stop, accesses, 1)));
            Random random = new Random(seed);
            String wrong = "";
            for (int round = 0; round < ROUNDS && wrong.isEmpty(); round++) {
                // Nothing stands behind the file while another owns its frames: faults wait with SIGBUS.
                file.truncate(0);
                long physical = (file.pfn(0) << 12) + random.nextLong(USED / 8) * 8;
                machine.bytes().storeLong(physical, SECRET);
                for (int look = 0; look < 50; look++) {
                    if (machine.bytes().loadLong(physical) != SECRET) {
                        wrong = "the next owner's memory was written in round " + round;
                    }
                }
                machine.bytes().storeLong(physical, 0);
                file.truncate(TestMachine.GIB);
                long before = accesses.get();
                while (accesses.get() == before) {
                    Thread.onSpinWait();
                }
            }
            stop.set(true);
            for (Future<String> worker : workers) {
                wrong += worker.get();
            }
            assertThat(wrong).isEmpty();
            assertThat(machine.logLines()).isEmpty();
        }
    }

    private static String use(AddressSpace space, long address, AtomicBoolean stop, AtomicLong accesses, int kind) {
        MemorySegment ones = Arena.ofAuto().allocate(USED).fill((byte) 1);
        MemorySegment buffer = Arena.ofAuto().allocate(USED);
        String wrong = "";
        for (int turn = 0; !stop.get(); turn++) {
            long offset = turn * 8L % USED;
            try {
                switch ((turn + kind) % 4) {
                    case 0 -> {
                        if (space.loadLong(address + offset) == SECRET) {
                            wrong = "a load saw the next owner's memory";
                        }
                    }
                    case 1 -> space.storeLong(address + offset, 1);
                    case 2 -> space.copyIn(ones, 0, address, USED);
                    default -> {
                        space.copyOut(address, buffer, 0, USED);
                        for (long at = 0; at < USED; at += 8) {
                            if (buffer.get(ValueLayout.JAVA_LONG, at) == SECRET) {
                                wrong = "a copy saw the next owner's memory";
                            }
                        }
                    }
                }
                accesses.incrementAndGet();
            } catch (SignalException nothingBehind) {
                Thread.onSpinWait();
            }
        }
        return wrong;
    }
}
