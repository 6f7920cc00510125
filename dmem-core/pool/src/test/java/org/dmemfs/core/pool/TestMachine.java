package org.dmemfs.core.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.dmemfs.core.Holder;
import org.dmemfs.core.NodeUsage;
import org.dmemfs.core.RegionAllocatorFactory;
import org.dmemfs.core.bitmap.BitmapAllocatorFactory;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.NodeMask;
import org.dmemfs.kernel.SeriesVersion;
import org.dmemfs.reserve.DmemRegion;
import org.dmemfs.reserve.FrameKind;
import org.dmemfs.reserve.MemoryMap;
import org.dmemfs.reserve.MemoryRange;
import org.dmemfs.reserve.NumaTopology;
import org.dmemfs.reserve.Reservation;
import org.dmemfs.reserve.kit.SparseMemory;
import org.dmemfs.tracing.KernelLog;
import org.dmemfs.tracing.Tracepoint;

/** A machine with regions where a test wants them, its pool, its kernel log and the events that the pool emitted. */
final class TestMachine implements AutoCloseable {
    static final long M = 1L << 20;
    static final long G = 1L << 30;
    static final Holder FILE = new Holder("file", "/a");
    private static final long NODE_SPACING = 64 * G;

    final KernelLog log = new KernelLog();
    final List<String> events = new ArrayList<>();
    final SparseMemory memory;
    private final Arena arena = Arena.ofShared();
    final Reservation reservation;
    final SeriesVersion series;
    DirectMemoryPool pool;
    private RegionAllocatorFactory first;

    private TestMachine(SeriesVersion series, List<DmemRegion> regions, NumaTopology topology, FrameKind kind) {
        this.series = series;
        List<MemoryRange> ranges = new ArrayList<>();
        for (DmemRegion region : regions) {
            ranges.add(new MemoryRange(region.startPhysicalAddress(), region.endPhysicalAddress(), region.node(), kind,
                    "System RAM"));
        }
        for (int node : topology.online().nodes()) {
            ranges.add(new MemoryRange(node * NODE_SPACING, node * NODE_SPACING + 128 * M, node, FrameKind.RAM,
                    "System RAM"));
        }
        MemoryMap map = new MemoryMap(ranges);
        memory = new SparseMemory(arena, map.endOfRam());
        reservation = new Reservation("test", "test", "", map, topology, regions, List.of(), List.of());
        pool = boot();
        first = serve(new BitmapAllocatorFactory(series));
    }

    /** The allocator that the machine booted with goes. */
    void withdrawFirst() {
        pool.withdraw(first);
    }

    private DirectMemoryPool boot() {
        DirectMemoryPool booted = new DirectMemoryPool(reservation, memory, log, series);
        booted.trace().all().forEach(tracepoint -> tracepoint.attach(this::traced));
        return booted;
    }

    private void traced(Tracepoint tracepoint, long first, long second, long third, long fourth) {
        long[] values = {first, second, third, fourth};
        StringBuilder text = new StringBuilder(tracepoint.name());
        for (int field = 0; field < tracepoint.fields().size(); field++) {
            text.append(' ').append(tracepoint.fields().get(field).name()).append('=').append(values[field]);
        }
        synchronized (events) {
            events.add(text.toString());
        }
    }

    /** A pool that was stopped is followed by a new one over the same memory. */
    void restartPool() {
        pool.stop();
        pool = boot();
        first = serve(new BitmapAllocatorFactory(series));
    }

    RegionAllocatorFactory serve(RegionAllocatorFactory factory) {
        pool.offer(factory, Map.of("service.id", 1L));
        return factory;
    }

    /** A region of the node, at its place plus an offset. */
    static DmemRegion region(int node, long offset, long bytes) {
        return new DmemRegion(node, node * NODE_SPACING + offset, node * NODE_SPACING + offset + bytes);
    }

    static TestMachine with(SeriesVersion series, DmemRegion... regions) {
        int nodes = List.of(regions).stream().mapToInt(DmemRegion::node).max().orElse(0) + 1;
        return new TestMachine(series, List.of(regions),
                NumaTopology.uniform(NodeMask.of(IntStream.range(0, nodes).toArray())), FrameKind.DMEM);
    }

    static TestMachine with(NumaTopology topology, DmemRegion... regions) {
        return new TestMachine(SeriesVersion.REPAIRED, List.of(regions), topology, FrameKind.DMEM);
    }

    /** A machine whose regions turn out to have struct pages. */
    static TestMachine unchecked(SeriesVersion series, DmemRegion... regions) {
        return new TestMachine(series, List.of(regions), NumaTopology.uniform(NodeMask.of(0)), FrameKind.RAM);
    }

    /** One region of so many bytes on each of so many nodes. */
    static TestMachine nodes(int nodes, long bytesEach) {
        return with(SeriesVersion.REPAIRED, IntStream.range(0, nodes).mapToObj(node -> region(node, G, bytesEach))
                .sorted(Comparator.comparingInt(DmemRegion::node)).toArray(DmemRegion[]::new));
    }

    static TestMachine nodes(SeriesVersion series, int nodes, long bytesEach) {
        return with(series,
                IntStream.range(0, nodes).mapToObj(node -> region(node, G, bytesEach)).toArray(DmemRegion[]::new));
    }

    NodeUsage node(int id) {
        return pool.usage().nodes().stream().filter(usage -> usage.node() == id).findFirst().orElseThrow();
    }

    int nodeOf(long physicalAddress) {
        return reservation.memoryMap().nodeOf(physicalAddress >> 12);
    }

    /** The call answers with the errno, in a sentence that has the words. */
    static void refused(Errno errno, ThrowingCallable call, String... words) {
        assertThatThrownBy(call).isInstanceOfSatisfying(ErrnoException.class, failure -> {
            assertThat(failure.errno()).isEqualTo(errno);
            for (String word : words) {
                assertThat(failure).hasMessageContaining(word);
            }
        });
    }

    /** Holds after every operation, per node and for the pool. */
    void assertLedger() {
        long held = pool.holders().stream().mapToLong(usage -> usage.dpages()).sum();
        long used = 0;
        for (NodeUsage usage : pool.usage().nodes()) {
            assertThat(usage.free() + usage.used() + usage.retired()).as("%s", usage).isEqualTo(usage.total());
            assertThat(usage.pinned()).as("%s", usage).isBetween(0L, usage.used());
            used += usage.used();
        }
        assertThat(held).isEqualTo(used);
    }

    @Override
    public void close() {
        pool.stop();
        arena.close();
    }
}
