package org.dmemfs.kvm.tdp;

import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.dmemfs.kernel.SeriesVersion;
import org.dmemfs.kvm.kit.Bench;
import org.dmemfs.kvm.kit.SlotContract;
import org.dmemfs.reserve.PhysicalMemory;
import org.dmemfs.tracing.KernelLog;

/** Slots of the interpreter. */
class TdpSlotTest extends SlotContract {
    private final PhysicalMemory memory = SmallHost.memory();

    @Override
    protected Bench bench() {
        return new Bench(new TdpHypervisor(memory, SmallHost.reservation(), new DmemFrames(), new KernelLog(),
                SeriesVersion.REPAIRED, Set.of(), new AtomicLong()::get), memory);
    }
}
