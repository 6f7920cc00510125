package org.dmemfs.felix.commands.tour;

import java.lang.foreign.MemorySegment;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.MemorySize;
import org.dmemfs.kvm.Exit;
import org.dmemfs.kvm.FillPattern;
import org.dmemfs.kvm.Hypervisor;
import org.dmemfs.kvm.MappedEntries;
import org.dmemfs.kvm.MemorySlot;
import org.dmemfs.kvm.Registers;
import org.dmemfs.kvm.VirtualMachine;
import org.dmemfs.kvm.VirtualProcessor;

/** A guest whose memory is the file fills it with a pattern; the pattern is then the file's bytes. */
final class GuestStep {
    private final TourMachine machine;

    GuestStep(TourMachine machine) {
        this.machine = machine;
    }

    TourPattern run(MappedTourFile mapped, StepReport report) {
        TourPattern pattern = TourPattern.of(mapped.bytes());
        byte[] code = pattern.program().machineCode();
        mapped.memory().copyIn(MemorySegment.ofArray(code), 0, mapped.address() + pattern.codeOffset(), code.length);
        for (Hypervisor hypervisor : machine.hypervisors()) {
            try (VirtualMachine guest = hypervisor.create("tour", mapped.memory())) {
                if (lend(mapped, hypervisor, guest, report)) {
                    fill(hypervisor, guest, pattern, report);
                    break;
                }
            }
        }
        pattern.verify(
                (offset, target) -> mapped.memory().copyOut(mapped.address() + offset, target, 0, target.byteSize()));
        report.modelled("checked through the file's mapping: all %s are the guest's stores".formatted(
                MemorySize.format(pattern.bytes())));
        report.figure("patternBytes", pattern.bytes());
        return pattern;
    }

    /** Only the memory may be refused: what fails while the guest runs is a failure of the tour. */
    private boolean lend(MappedTourFile mapped, Hypervisor hypervisor, VirtualMachine guest, StepReport report) {
        try {
            guest.addSlot(new MemorySlot(0, 0, mapped.bytes(), mapped.address(), false));
            return true;
        } catch (ErrnoException refused) {
            if (hypervisor.equals(machine.hypervisors().getLast())) {
                throw refused;
            }
            report.say(hypervisor.real(),
                    "%s refuses this memory: %s".formatted(hypervisor.kind(), refused.getMessage()));
            return false;
        }
    }

    private void fill(Hypervisor hypervisor, VirtualMachine guest, TourPattern pattern, StepReport report) {
        VirtualProcessor processor = guest.createProcessor();
        processor.setRegisters(Registers.startingAt(pattern.codeOffset()));
        Exit exit = processor.run();
        TourFailure.unless(exit instanceof Exit.PortWrite(int port, int width, long value)
                && port == FillPattern.port() && (int) value == FillPattern.doneValue(),
                "the guest ended with " + exit + " instead of its OUT");
        MappedEntries entries = guest.mappedEntries();
        report.say(hypervisor.real(),
                "%s guest (%s) filled %s of its memory with a pattern and ended with OUT 0x%x, 0x%x"
                        .formatted(hypervisor.kind(), why(hypervisor), MemorySize.format(pattern.bytes()),
                                FillPattern.port(),
                                FillPattern.doneValue()));
        report.say(hypervisor.real(), "second-level entries: %,d of 1G, %,d of 2M, %,d of 4K".formatted(entries.of1G(),
                entries.of2M(), entries.of4K()));
        report.figure("guest", hypervisor.kind());
        report.figure("entries1G", entries.of1G());
        report.figure("entries2M", entries.of2M());
        report.figure("entries4K", entries.of4K());
    }

    private String why(Hypervisor hypervisor) {
        return hypervisor.real() || !hypervisor.reason().equals("interpreted") || machine.hypervisors().size() == 1
                ? hypervisor.reason()
                : hypervisor.reason() + ", as a kind before it refused";
    }
}
