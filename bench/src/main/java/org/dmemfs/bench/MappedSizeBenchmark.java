package org.dmemfs.bench;

import java.util.concurrent.TimeUnit;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.mm.AddressSpace;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A fault on a present page of 2M in the last 1 GiB of a file, with its share of mmap and munmap, while all before it is
 * mapped with entries of 2M. The peer has nothing before it.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "-Xmx4g")
public class MappedSizeBenchmark {
    private static final long LAST = 1L << 30;
    private static final long PAGE = PageSize.SIZE_2M.bytes();
    private static final int PAGES = 512;

    /** A file and its task. */
    @State(Scope.Benchmark)
    @SuppressWarnings("NullAway.Init") // JMH sets up before it calls
    public static class Mapped {
        private final String machine;
        private final String dmem;
        private final long bytes;
        private FileMachine file;
        private AddressSpace space;

        Mapped(String machine, String dmem, long bytes) {
            this.machine = machine;
            this.dmem = dmem;
            this.bytes = bytes;
        }

        /** Boots, and maps all but the last 1 GiB. */
        @Setup
        public void boot() {
            file = FileMachine.of(machine, dmem, PageSize.SIZE_2M, bytes).present();
            space = file.space();
            if (bytes > LAST) {
                long address = file.map(space, 0, bytes - LAST);
                for (long at = 0; at < bytes - LAST; at += PAGE) {
                    space.fixupUserFault(address + at, true);
                }
                if (space.counts().mapped2M() != (bytes - LAST) / PAGE) {
                    throw new IllegalStateException("not all is mapped: " + space.counts());
                }
            }
        }

        /** Ends the machine. */
        @TearDown
        public void close() {
            file.close();
        }

        long faults() {
            long address = file.map(space, bytes - LAST, LAST);
            for (long at = 0; at < LAST; at += PAGE) {
                space.fixupUserFault(address + at, true);
            }
            space.munmap(address, LAST);
            return address;
        }
    }

    /** 1 GiB. */
    public static class Small extends Mapped {
        /** All of it is faulted in. */
        public Small() {
            super("1x10G", "2G:1G", LAST);
        }
    }

    /** 16 TiB. */
    public static class Huge extends Mapped {
        /** 8,388,096 entries stay mapped. */
        public Huge() {
            super("1x18T", "16T:1G", 16L << 40);
        }
    }

    /**
     * The peer.
     *
     * @param mapped 1 GiB
     * @return where it was mapped
     */
    @Benchmark
    @OperationsPerInvocation(PAGES)
    public long peer(Small mapped) {
        return mapped.faults();
    }

    /**
     * 16 TiB.
     *
     * @param mapped 16 TiB
     * @return where the last of it was mapped
     */
    @Benchmark
    @OperationsPerInvocation(PAGES)
    public long mapped16TiB(Huge mapped) {
        return mapped.faults();
    }
}
