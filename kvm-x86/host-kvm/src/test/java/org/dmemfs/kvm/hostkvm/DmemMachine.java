package org.dmemfs.kvm.hostkvm;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.dmemfs.core.DmemPool;
import org.dmemfs.core.PoisonListener;
import org.dmemfs.core.RegionAllocatorFactory;
import org.dmemfs.fs.Dmemfs;
import org.dmemfs.kernel.NodeMask;
import org.dmemfs.kvm.Hypervisor;
import org.dmemfs.linux.HostUserfault;
import org.dmemfs.mce.MemoryFailure;
import org.dmemfs.mm.AddressSpaces;
import org.dmemfs.mm.MachineCheckHandler;
import org.dmemfs.mm.Task;
import org.dmemfs.reserve.DmemRegion;
import org.dmemfs.reserve.FrameKind;
import org.dmemfs.reserve.MemoryMap;
import org.dmemfs.reserve.MemoryRange;
import org.dmemfs.reserve.NumaTopology;
import org.dmemfs.reserve.PhysicalMemory;
import org.dmemfs.reserve.Reservation;
import org.dmemfs.tracing.KernelLog;

/** A whole machine of the real providers, from the bytes to the guests: 512 MiB of RAM, and dmem from 1 GiB on. */
final class DmemMachine implements AutoCloseable {
    private static final long GIB = 1L << 30;

    private final Wiring wiring;
    private final KernelLog log = new KernelLog();

    DmemMachine(String memory, long dmemBytes, String guest) {
        this(memory, dmemBytes, guest, "page");
    }

    /** Where a bad frame costs its own 4K, or its whole page. */
    DmemMachine(String memory, long dmemBytes, String guest, String poison) {
        wiring = new Wiring(Map.of("memory", memory, "poison", poison));
        wiring.offer(log);
        wiring.offer(Host.memory());
        wiring.offer(Objects.requireNonNull(Host.kvm()));
        HostUserfault userfault = Host.userfault();
        if (userfault != null) {
            wiring.offer(userfault);
        }
        wiring.offer(reservation(dmemBytes));
        wiring.start(memory.equals("simulated")
                ? "org.dmemfs.reserve.simulatedram.SimulatedRamComponent"
                : "org.dmemfs.reserve.hostram.HostRamComponent");
        Object pool = wiring.start("org.dmemfs.core.pool.PoolComponent");
        Wiring.bind(pool, "bindAllocator", wiring.start("org.dmemfs.core.bitmap.BitmapAllocatorFactory"));
        Object mm = wiring.start("org.dmemfs.mm.mm.VirtualMemory");
        Wiring.bind(mm, "bindHookSet", wiring.start("org.dmemfs.mm.series.Series"));
        wiring.start("org.dmemfs.mce.memoryfailure.SignalComponent");
        wiring.start("org.dmemfs.mce.memoryfailure.MemoryFailureComponent");
        Wiring.bind(mm, "bindMachineCheckHandler", wiring.get(MachineCheckHandler.class));
        wiring.start("org.dmemfs.fs.fs.FileSystemComponent");
        Wiring.bind(pool, "bindListener", wiring.get(PoisonListener.class));
        wiring.start(guest.equals("tdp")
                ? "org.dmemfs.kvm.tdp.TdpHypervisor"
                : "org.dmemfs.kvm.hostkvm.HostKvmHypervisor");
        Objects.requireNonNull(wiring.get(RegionAllocatorFactory.class));
    }

    private static Reservation reservation(long dmemBytes) {
        DmemRegion region = new DmemRegion(0, GIB, GIB + dmemBytes);
        MemoryMap map = new MemoryMap(List.of(new MemoryRange(0x1000, GIB / 2, 0, FrameKind.RAM, "System RAM"),
                new MemoryRange(GIB, GIB + dmemBytes, 0, FrameKind.DMEM, "System RAM")));
        return new Reservation("test", "a test", "dmem=" + dmemBytes, map, NumaTopology.uniform(NodeMask.of(0)),
                List.of(region), List.of(), List.of());
    }

    Dmemfs dmemfs() {
        return wiring.get(Dmemfs.class);
    }

    DmemPool pool() {
        return wiring.get(DmemPool.class);
    }

    PhysicalMemory physicalMemory() {
        return wiring.get(PhysicalMemory.class);
    }

    MemoryFailure memoryFailure() {
        return wiring.get(MemoryFailure.class);
    }

    Hypervisor hypervisor() {
        return wiring.get(Hypervisor.class);
    }

    Task newTask() {
        return wiring.get(AddressSpaces.class).newTask("vmm", 0);
    }

    List<String> log() {
        return log.lines().stream().map(KernelLog.Line::text).toList();
    }

    @Override
    public void close() {
        wiring.close();
    }
}
