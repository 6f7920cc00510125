package org.dmemfs.bench;

import java.util.Arrays;
import java.util.Random;
import java.util.function.BooleanSupplier;
import org.dmemfs.core.DmemPool;
import org.dmemfs.core.Holder;
import org.dmemfs.core.PoolUse;
import org.dmemfs.felix.launcher.FelixMachine;
import org.dmemfs.kernel.MemoryPolicy;
import org.dmemfs.kernel.NodeMask;
import org.dmemfs.kernel.PageSize;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;

/** A machine whose dmem is one region, its pool in use, and the calls as a consumer makes them. */
final class OpenPool implements AutoCloseable {
    private static final MemoryPolicy POLICY = MemoryPolicy.bind(NodeMask.of(0));

    private static final String TRACE_SINK = "org.dmemfs.tracing.ftrace";

    private final FelixMachine machine;
    private final PoolUse use;

    private OpenPool(FelixMachine machine, PageSize pageSize) {
        this.machine = machine;
        this.use = machine.service(DmemPool.class).use(pageSize, "bench");
    }

    /** The events of the pool's tracepoints go nowhere, as in a kernel where nobody traces. */
    static OpenPool of(String machine, String dmem, String allocator, PageSize pageSize) {
        OpenPool open = traced(machine, dmem, allocator, pageSize);
        open.stopTracing();
        return open;
    }

    /** The events go to the trace ring, as in a machine that was just booted. */
    static OpenPool traced(String machine, String dmem, String allocator, PageSize pageSize) {
        OpenPool open = new OpenPool(Assembled.boot(machine, "dmem=" + dmem, allocator), pageSize);
        open.require(() -> open.pool().usage().allocator().equals(allocator), "another allocator serves");
        open.require(() -> open.pool().usage().regions() == 1, "there is not one region");
        return open;
    }

    private void stopTracing() {
        Bundle sink = Arrays.stream(machine.context().getBundles())
                .filter(bundle -> TRACE_SINK.equals(bundle.getSymbolicName())).findFirst().orElseThrow();
        try {
            sink.stop();
        } catch (BundleException failure) {
            close();
            throw new IllegalStateException(TRACE_SINK + " does not stop", failure);
        }
    }

    private void require(BooleanSupplier holds, String otherwise) {
        if (!holds.getAsBoolean()) {
            IllegalStateException failure = new IllegalStateException(otherwise + ": " + pool().usage());
            close();
            throw failure;
        }
    }

    DmemPool pool() {
        return machine.service(DmemPool.class);
    }

    PoolUse use() {
        return use;
    }

    <S> S service(Class<S> type) {
        return machine.service(type);
    }

    long take(Holder holder) {
        return use.take(holder, POLICY, 0, 0);
    }

    /** A dpage that nobody wrote: taken and given back, with no byte of it touched. */
    long takeAndGiveClean(Holder holder) {
        long physicalAddress = use.take(holder, POLICY, 0, 0);
        use.giveUnwritten(holder, physicalAddress);
        return physicalAddress;
    }

    /** A dpage that its owner may have written: the next take cleans it. */
    long takeAndGiveWritten(Holder holder) {
        long physicalAddress = use.take(holder, POLICY, 0, 0);
        use.give(holder, physicalAddress);
        return physicalAddress;
    }

    /** Takes every dpage and gives half of them back, chosen at random. */
    void halfFill(Holder holder, long seed) {
        long[] taken = new long[Math.toIntExact(pool().usage().nodes().getFirst().free())];
        for (int place = 0; place < taken.length; place++) {
            taken[place] = take(holder);
        }
        Random random = new Random(seed);
        for (int left = taken.length; left > taken.length / 2; left--) {
            int chosen = random.nextInt(left);
            use.giveUnwritten(holder, taken[chosen]);
            taken[chosen] = taken[left - 1];
        }
    }

    @Override
    public void close() {
        machine.close();
    }
}
