package org.dmemfs.kvm.hostkvm;

import java.lang.foreign.MemorySegment;
import java.util.Set;
import org.dmemfs.core.MemoryFailureFlag;
import org.dmemfs.fs.Mount;
import org.dmemfs.fs.OpenFile;
import org.dmemfs.kvm.FillPattern;
import org.dmemfs.kvm.MemorySlot;
import org.dmemfs.kvm.Registers;
import org.dmemfs.kvm.VirtualMachine;
import org.dmemfs.kvm.VirtualProcessor;
import org.dmemfs.mm.AddressSpace;
import org.dmemfs.mm.MapFlag;
import org.dmemfs.mm.Protection;
import org.dmemfs.mm.SignalException;
import org.dmemfs.mm.Task;

/**
 * The program of a child JVM: a real guest on a file of dmemfs on real memory, of which a frame goes bad. Prints what
 * the guest and the task meet: before anybody was told of the error, when it is the host that answers, and afterwards. On huge
 * pages, where it is told so, all of a page of 2M goes, which the guest meets at its start.
 */
final class PoisonedDmem {
    /** What it exits with where the host cannot mark bad pages or runs no guest. */
    static final int CANNOT_POISON = 77;
    /** The page that goes bad. */
    static final long BAD = 5 * 4096;

    private static final long DATA = 1L << 30;
    private static final long CODE = 0x10000;
    private static final long BYTES = 4L << 20;
    private static final long HUGE = 2L << 20;
    /** The huge pages that the machine takes. */
    static final long HUGE_PAGES = 64;
    private static final Set<Protection> READ_WRITE = Set.of(Protection.READ, Protection.WRITE);

    private PoisonedDmem() {
    }

    /** Runs everything. */
    public static void main(String... arguments) {
        if (Host.kvm() == null || Host.userfault() == null) {
            System.exit(CANNOT_POISON);
            return;
        }
        boolean whole = arguments.length > 0;
        try (DmemMachine machine = whole
                ? new DmemMachine("hugetlb", HUGE_PAGES * HUGE, "host-kvm", "whole")
                : new DmemMachine("memfd", 256L << 20, "host-kvm");
                Mount mount = machine.dmemfs().mount("/mnt", "pagesize=2M")) {
            OpenFile file = mount.create("/guest");
            file.truncate(BYTES);
            Task task = machine.newTask();
            AddressSpace space = task.addressSpace();
            long data = space.mmap(0, BYTES, READ_WRITE, Set.of(MapFlag.SHARED), file, 0);
            long code = space.mmap(0, 4096, READ_WRITE, Set.of(MapFlag.PRIVATE, MapFlag.ANONYMOUS), null, 0);
            FillPattern pattern = new FillPattern(DATA, BYTES >> 12, 7);
            byte[] program = pattern.machineCode();
            space.copyIn(MemorySegment.ofArray(program), 0, code, program.length);
            VirtualMachine vm = machine.hypervisor().create("guest", space);
            vm.addSlot(new MemorySlot(0, CODE, 4096, code, false));
            vm.addSlot(new MemorySlot(1, DATA, BYTES, data, false));
            VirtualProcessor processor = vm.createProcessor();

            System.out.println("filled: " + run(processor, data));
            long pfn = space.followPfn(data + BAD);
            machine.physicalMemory().poison(pfn);
            System.out.println("window still has it: " + vm.mappedEntries().of2M());
            System.out.println("by the host: " + run(processor, data));
            System.out.println("again: " + run(processor, data));
            System.out.println("the task: " + load(space, data + BAD));
            machine.memoryFailure().memoryFailure(pfn, Set.of(MemoryFailureFlag.ACTION_REQUIRED));
            System.out.println("by the model: " + run(processor, data));
            System.out.println("its neighbours: " + (whole
                    ? load(space, data + BAD - 8) + ", " + (space.loadLong(data + HUGE) == pattern.valueOfPage(512))
                    : space.loadLong(data + BAD - 8) == pattern.valueOfPage(4)
                            && space.loadLong(data + BAD + 4096) == pattern.valueOfPage(6)));
            file.truncate(0);
            file.truncate(BYTES);
            System.out.println("refilled elsewhere: " + run(processor, data));
        }
    }

    private static String run(VirtualProcessor processor, long data) {
        processor.setRegisters(Registers.startingAt(CODE));
        return processor.run().toString().replace(Long.toString(data + BAD), "the bad page")
                .replace("=" + data, "=the page of 2M");
    }

    private static String load(AddressSpace space, long address) {
        try {
            return Long.toString(space.loadLong(address));
        } catch (SignalException signal) {
            return signal.signal().kind() + " lsb " + signal.signal().leastSignificantBit();
        }
    }
}
