package org.dmemfs.felix.commands.tour;

import java.lang.foreign.MemorySegment;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kvm.Exit;
import org.dmemfs.kvm.GeneralRegister;
import org.dmemfs.kvm.Hypervisor;
import org.dmemfs.kvm.MachineCode;
import org.dmemfs.kvm.MemorySlot;
import org.dmemfs.kvm.Registers;
import org.dmemfs.kvm.VirtualMachine;
import org.dmemfs.kvm.VirtualProcessor;

/**
 * A guest that loads from the bad page before anybody was told of it. A real one meets the host's error, where the host has one to
 * meet; where the model alone knows that the page is bad it would read on, and an interpreted one meets the model's.
 */
final class BadPageGuest {
    private final TourMachine machine;

    BadPageGuest(TourMachine machine) {
        this.machine = machine;
    }

    void run(MappedTourFile mapped, long badOffset, StepReport report) {
        long codeOffset = TourPattern.of(mapped.bytes()).codeOffset();
        // The file may be a hole there by now.
        mapped.memory().fixupUserFault(mapped.address() + codeOffset, true);
        if (machine.memory().poisoned().contains(mapped.memory().followPfn(mapped.address() + codeOffset))) {
            // The page that was lost is so large that the guest's program went with it.
            return;
        }
        byte[] code = new MachineCode().move(GeneralRegister.RDI, badOffset)
                .load(GeneralRegister.RAX, GeneralRegister.RDI).halt().toBytes();
        mapped.memory().copyIn(MemorySegment.ofArray(code), 0, mapped.address() + codeOffset, code.length);
        for (Hypervisor hypervisor : machine.hypervisors()) {
            if (hypervisor.real() && !machine.memory().poisonIsReal()) {
                continue;
            }
            try (VirtualMachine guest = hypervisor.create("tour", mapped.memory())) {
                if (lend(mapped, guest)) {
                    load(hypervisor, guest, codeOffset, badOffset, report);
                    return;
                }
            }
        }
    }

    private static boolean lend(MappedTourFile mapped, VirtualMachine guest) {
        try {
            guest.addSlot(new MemorySlot(0, 0, mapped.bytes(), mapped.address(), false));
            return true;
        } catch (ErrnoException refused) {
            return false;
        }
    }

    private static void load(Hypervisor hypervisor, VirtualMachine guest, long codeOffset, long badOffset,
            StepReport report) {
        VirtualProcessor processor = guest.createProcessor();
        processor.setRegisters(Registers.startingAt(codeOffset));
        Exit exit = processor.run();
        TourFailure.unless(exit instanceof Exit.Poison, "the guest that loads from the bad page ended with " + exit);
        if (exit instanceof Exit.Poison(long hostVirtualAddress, int leastSignificantBit)) {
            report.say(hypervisor.real(),
                    "%s guest's load at guest physical address 0x%x: exit poison, host virtual address 0x%x, lsb %d"
                            .formatted(hypervisor.kind(), badOffset, hostVirtualAddress, leastSignificantBit));
            report.figure("guestExit", "poison");
            report.figure("guestExitReal", hypervisor.real());
        }
    }
}
