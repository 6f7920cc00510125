package org.dmemfs.conformance.tests.machine;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.dmemfs.felix.launcher.FelixMachine;
import org.dmemfs.fs.Dmemfs;
import org.dmemfs.fs.Mount;
import org.dmemfs.fs.OpenFile;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kvm.Exit;
import org.dmemfs.kvm.GeneralRegister;
import org.dmemfs.kvm.Hypervisor;
import org.dmemfs.kvm.MachineCode;
import org.dmemfs.kvm.MemorySlot;
import org.dmemfs.kvm.Registers;
import org.dmemfs.kvm.VirtualMachine;
import org.dmemfs.kvm.VirtualProcessor;
import org.dmemfs.mm.AddressSpace;
import org.dmemfs.mm.AddressSpaces;
import org.dmemfs.mm.MapFlag;
import org.dmemfs.mm.Protection;
import org.dmemfs.mm.SignalException;
import org.dmemfs.mm.Task;
import org.dmemfs.vfio.Container;
import org.dmemfs.vfio.DmaPermission;
import org.dmemfs.vfio.Vfio;

/** What a machine is busy with while a bundle of it is restarted: a file is mapped, and a guest runs in that memory. */
final class Work {
    static final String TARGET = "/work";
    static final String GUEST = "worker";
    static final String DEVICE = "disk";
    private static final long BYTES = 16 << 20;
    private static final long PATTERN_AT = 8 << 20;
    private static final long PATTERN = 0x6d65_6d6f_7279_2121L;
    private static final long RUNS_AT = 4 << 20;
    private static final byte[] OUT_TO_PORT_16 = {(byte) 0xE6, 0x10};

    private final FelixMachine machine;
    private final Task task;
    private final AddressSpace memory;
    private final long start;
    private final VirtualMachine guest;
    private final CompletableFuture<String> running;

    private Work(FelixMachine machine, Task task, long start, VirtualMachine guest,
            CompletableFuture<String> running) {
        this.machine = machine;
        this.task = task;
        this.memory = task.addressSpace();
        this.start = start;
        this.guest = guest;
        this.running = running;
    }

    /** Mounts, maps, touches, and starts a guest that runs until it is ended; it runs and has all its memory by then. */
    static Work begin(FelixMachine machine, Hypervisor hypervisor) {
        MachineCode code = new MachineCode().move(GeneralRegister.RDI, RUNS_AT).move(GeneralRegister.RAX, 1)
                .store(GeneralRegister.RDI, GeneralRegister.RAX);
        Work work = begin(machine, hypervisor, code.jump(code.position()).toBytes());
        while (work.guestRuns() && work.memory.loadLong(work.start + RUNS_AT) != 1) {
            Thread.onSpinWait();
        }
        return work;
    }

    /** The same with a guest that ends by itself: how it ended. */
    static String once(FelixMachine machine, Hypervisor hypervisor) throws InterruptedException {
        Work work = begin(machine, hypervisor, OUT_TO_PORT_16);
        String end = work.guestsEnd();
        work.guest.close();
        machine.service(AddressSpaces.class).tasks().forEach(Task::close);
        machine.service(Dmemfs.class).mounts().forEach(Mount::close);
        return end;
    }

    private static Work begin(FelixMachine machine, Hypervisor hypervisor, byte[] code) {
        Mount mount = machine.service(Dmemfs.class).mount(TARGET, "pagesize=2M");
        Task task = machine.service(AddressSpaces.class).newTask("worker", 0);
        AddressSpace memory = task.addressSpace();
        long start;
        try (OpenFile file = mount.create("/file")) {
            file.truncate(BYTES);
            start = memory.mmap(0, BYTES, Set.of(Protection.READ, Protection.WRITE), Set.of(MapFlag.SHARED), file, 0);
        }
        memory.storeLong(start + PATTERN_AT, PATTERN);
        for (int index = 0; index < code.length; index++) {
            memory.storeByte(start + index, code[index]);
        }
        VirtualMachine guest = hypervisor.create(GUEST, memory);
        guest.addSlot(new MemorySlot(0, 0, BYTES, start, false));
        VirtualProcessor processor = guest.createProcessor();
        processor.setRegisters(Registers.startingAt(0));
        CompletableFuture<String> running = new CompletableFuture<>();
        Thread.ofPlatform().daemon().name("guest").start(() -> {
            try {
                Exit exit = processor.run();
                running.complete(exit.getClass().getSimpleName());
            } catch (ErrnoException ended) {
                running.complete(ended.errno().name());
            } catch (RuntimeException failed) {
                running.completeExceptionally(failed);
            }
        });
        return new Work(machine, task, start, guest, running);
    }

    /** A device gets a part of the same memory. */
    Container mapForDevice() {
        Container device = machine.service(Vfio.class).open(DEVICE, task);
        device.mapDma(0, start, BYTES / 2, Set.of(DmaPermission.READ, DmaPermission.WRITE));
        return device;
    }

    boolean guestRuns() {
        return !running.isDone() && guest.endReason().isEmpty();
    }

    VirtualMachine guest() {
        return guest;
    }

    /** How the guest's processor stopped: the kind of exit, or an errno. */
    String guestsEnd() throws InterruptedException {
        try {
            return running.get(30, TimeUnit.SECONDS);
        } catch (TimeoutException runsOn) {
            return "runs on";
        } catch (ExecutionException failed) {
            return String.valueOf(failed.getCause());
        }
    }

    /** Whether the task still finds what it stored. */
    boolean patternIsThere() {
        return memory.loadLong(start + PATTERN_AT) == PATTERN;
    }

    /** What a load of the task answers, where it has no memory any more. */
    String load() {
        try {
            return Long.toHexString(memory.loadLong(start + PATTERN_AT));
        } catch (ErrnoException gone) {
            return gone.errno().name();
        } catch (SignalException signalled) {
            return signalled.signal().kind().name();
        }
    }
}
