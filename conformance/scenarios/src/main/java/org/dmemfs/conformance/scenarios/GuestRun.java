package org.dmemfs.conformance.scenarios;

import java.lang.foreign.MemorySegment;
import org.dmemfs.kvm.Hypervisor;
import org.dmemfs.kvm.MachineCode;
import org.dmemfs.kvm.MemorySlot;
import org.dmemfs.kvm.Registers;
import org.dmemfs.kvm.VirtualMachine;
import org.dmemfs.kvm.VirtualProcessor;
import org.dmemfs.mm.AddressSpace;

/** A guest whose memory is a mapping and whose program writes to a port. */
final class GuestRun {
    private static final int PORT = 0xF4;

    private GuestRun() {
    }

    /** Why the guest exits. */
    static String once(Hypervisor hypervisor, AddressSpace memory, long start, long bytes) {
        try (VirtualMachine guest = machine(hypervisor, memory, start, bytes)) {
            return exit(guest.createProcessor());
        }
    }

    /** The machine, its program in place. */
    static VirtualMachine machine(Hypervisor hypervisor, AddressSpace memory, long start, long bytes) {
        byte[] code = new MachineCode().outByte(PORT).toBytes();
        memory.copyIn(MemorySegment.ofArray(code), 0, start, code.length);
        VirtualMachine guest = hypervisor.create("scenario", memory);
        guest.addSlot(new MemorySlot(0, 0, bytes, start, false));
        return guest;
    }

    /** Runs the program from its beginning. */
    static String exit(VirtualProcessor processor) {
        processor.setRegisters(Registers.startingAt(0));
        return processor.run().getClass().getSimpleName();
    }
}
