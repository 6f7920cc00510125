package org.dmemfs.mm.series;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Set;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.mm.AddressSpace;
import org.dmemfs.mm.MapFlag;
import org.dmemfs.mm.Protection;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A fault makes no garbage once it is compiled: the bytes that the thread allocates in a warm loop of them. What is left are
 * the pieces of page-table memory, one for many thousand entries.
 */
class FaultGarbageTest {
    private static final int FAULTS = 100_000;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @ParameterizedTest(name = "{0}, {1}")
    @CsvSource({"SIZE_4K, load", "SIZE_4K, store", "SIZE_4K, fixup", "SIZE_2M, load", "SIZE_2M, fixup",
            "SIZE_1G, load"})
    void aWarmFaultAllocatesNothing(PageSize size, String access) {
        try (TestMachine machine = TestMachine.repaired()) {
            RegionFile file = machine.file(size, 2 * TestMachine.GIB);
            AddressSpace space = machine.newSpace();
            long address = space.mmap(0, 2 * TestMachine.GIB, Set.of(Protection.READ, Protection.WRITE),
                    Set.of(MapFlag.SHARED), file, 0);
            measure(space, address, file, access);
            long bytes = Long.MAX_VALUE;
            for (int pass = 0; pass < 3; pass++) {
                bytes = Math.min(bytes, measure(space, address, file, access));
            }
            assertThat(bytes).as("bytes of %d faults", FAULTS).isLessThan(FAULTS);
            assertThat(space.counts().spuriousFaults()).isZero();
        }
    }

    /** Bytes that at least so many faults allocated; what unmaps between them is not counted. */
    private static long measure(AddressSpace space, long address, RegionFile file, String access) {
        long bytes = 0;
        long step = file.mappingAlignment().bytes();
        long perRound = Math.min(FAULTS, 2 * TestMachine.GIB / step);
        for (long faults = 0; faults < FAULTS; faults += perRound) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            switch (access) {
                case "load" -> load(space, address, step, perRound);
                case "store" -> store(space, address, step, perRound);
                default -> fixup(space, address, step, perRound);
            }
            bytes += THREADS.getCurrentThreadAllocatedBytes() - before;
            file.mapping().unmapRange(0, Long.MAX_VALUE);
        }
        return bytes;
    }

    private static void load(AddressSpace space, long address, long step, long faults) {
        for (long fault = 0; fault < faults; fault++) {
            space.loadLong(address + fault * step);
        }
    }

    private static void store(AddressSpace space, long address, long step, long faults) {
        for (long fault = 0; fault < faults; fault++) {
            space.storeLong(address + fault * step, fault);
        }
    }

    private static void fixup(AddressSpace space, long address, long step, long faults) {
        for (long fault = 0; fault < faults; fault++) {
            space.fixupUserFault(address + fault * step, true);
        }
    }
}
