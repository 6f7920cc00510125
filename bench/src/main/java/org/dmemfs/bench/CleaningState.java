package org.dmemfs.bench;

import java.lang.foreign.ValueLayout;
import org.dmemfs.core.Holder;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.linux.AddressWindow;
import org.dmemfs.linux.HostMemory;
import org.dmemfs.reserve.HostRange;
import org.dmemfs.reserve.PhysicalMemory;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A dpage that its owners write, and a plain mapping of the very same bytes. */
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init") // JMH sets up before it calls
public class CleaningState {
    /** The allocator that serves the pool. */
    @Param("llfree")
    String allocator;

    private final Holder holder = new Holder("bench", "cleaning");
    private final PageSize pageSize;
    private OpenPool open;
    private AddressWindow plain;

    CleaningState(PageSize pageSize) {
        this.pageSize = pageSize;
    }

    /** Boots, and takes the host's memory that the dpage needs: the host's first touch is not measured. */
    @Setup
    public void boot() {
        open = OpenPool.of("1x6G", "2G:1G", allocator, pageSize);
        long physicalAddress = open.take(holder);
        HostRange range = open.service(PhysicalMemory.class).hostRange(physicalAddress >> 12, pageSize.naturePages());
        plain = host().reserve(pageSize.bytes(), pageSize);
        plain.map(0, range.memory(), range.offsetBytes(), pageSize.bytes());
        open.use().give(holder, physicalAddress);
        if (open.takeAndGiveWritten(holder) != physicalAddress) {
            throw new IllegalStateException("the pool gave another dpage than the peer fills");
        }
    }

    /** Ends the machine. */
    @TearDown
    public void close() {
        plain.close();
        open.close();
    }

    HostMemory host() {
        return open.service(HostMemory.class);
    }

    long takeCleanAndGive() {
        return open.takeAndGiveWritten(holder);
    }

    byte fill() {
        plain.segment().fill((byte) 0);
        return plain.segment().get(ValueLayout.JAVA_BYTE, 0);
    }
}
