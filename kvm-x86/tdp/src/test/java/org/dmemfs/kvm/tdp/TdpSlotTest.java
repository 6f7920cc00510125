package org.dmemfs.kvm.tdp;

import java.lang.foreign.Arena;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.dmemfs.kernel.SeriesVersion;
import org.dmemfs.kvm.kit.Bench;
import org.dmemfs.kvm.kit.SlotContract;
import org.dmemfs.tracing.KernelLog;

/** Slots of the interpreter. */
class TdpSlotTest extends SlotContract {
    private final FileMemory memory = new FileMemory(Arena.ofAuto());

    @Override
    protected Bench bench() {
        return new Bench(new TdpHypervisor(memory, FileMemory.reservation(), new DmemFrames(), new KernelLog(),
                SeriesVersion.REPAIRED, Set.of(), new AtomicLong()::get), memory);
    }
}
