package org.dmemfs.bench;

import java.util.Random;
import java.util.function.BooleanSupplier;
import org.dmemfs.core.DmemPool;
import org.dmemfs.core.Holder;
import org.dmemfs.core.PoolUse;
import org.dmemfs.felix.launcher.FelixMachine;
import org.dmemfs.kernel.MemoryPolicy;
import org.dmemfs.kernel.NodeMask;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.tracing.PseudoFileSystem;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;

/** A machine whose dmem is one region, its pool in use, and the calls as a consumer makes them. */
final class OpenPool implements AutoCloseable {
    private static final MemoryPolicy POLICY = MemoryPolicy.bind(NodeMask.of(0));

    private static final String TRACEFS = "(mountPoint=/sys/kernel/tracing)";

    private final FelixMachine machine;
    private final PoolUse use;

    private OpenPool(FelixMachine machine, PageSize pageSize) {
        this.machine = machine;
        this.use = machine.service(DmemPool.class).use(pageSize, "bench");
    }

    /** As a machine boots: the events of each dpage are not recorded. */
    static OpenPool of(String machine, String dmem, String allocator, PageSize pageSize) {
        OpenPool open = new OpenPool(Assembled.boot(machine, "dmem=" + dmem, allocator), pageSize);
        open.require(() -> open.pool().usage().allocator().equals(allocator), "another allocator serves");
        open.require(() -> open.pool().usage().regions() == 1, "there is not one region");
        return open;
    }

    /** The events of each dpage go to the trace ring. */
    static OpenPool traced(String machine, String dmem, String allocator, PageSize pageSize) {
        OpenPool open = of(machine, dmem, allocator, pageSize);
        open.tracefs().write("set_event", "dmem");
        return open;
    }

    private PseudoFileSystem tracefs() {
        try {
            BundleContext context = machine.context();
            return context.getService(
                    context.getServiceReferences(PseudoFileSystem.class, TRACEFS).iterator().next());
        } catch (InvalidSyntaxException impossible) {
            throw new IllegalStateException(TRACEFS, impossible);
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
