package org.dmemfs.bench;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.kvm.Exit;
import org.dmemfs.kvm.Hypervisor;
import org.dmemfs.kvm.MemorySlot;
import org.dmemfs.kvm.Registers;
import org.dmemfs.kvm.VirtualMachine;
import org.dmemfs.kvm.VirtualProcessor;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;

/**
 * A guest on the memory of a {@link MappedFile}, at the same offsets: its code is in the first 2M, in a slot of its own, and
 * all else is data.
 */
final class GuestOfFile implements AutoCloseable {
    static final long DATA = PageSize.SIZE_2M.bytes();
    private static final int DATA_SLOT = 1;

    private final MappedFile memory;
    private final VirtualMachine guest;
    private final VirtualProcessor processor;
    private final long entry;

    /** A guest whose code stands at an offset below {@link #DATA}, apart from that of others on the same file. */
    GuestOfFile(MappedFile memory, String kind, byte[] code, long entry) {
        this.memory = memory;
        this.entry = entry;
        memory.memory().copyIn(MemorySegment.ofArray(code), 0, memory.address() + entry, code.length);
        this.guest = hypervisor(memory, kind).create("bench", memory.memory());
        guest.addSlot(new MemorySlot(0, 0, DATA, memory.address(), false));
        addData();
        this.processor = guest.createProcessor();
    }

    static Hypervisor hypervisor(MappedFile memory, String kind) {
        BundleContext context = memory.machine().context();
        try {
            ServiceReference<?>[] found = context.getServiceReferences(Hypervisor.class.getName(),
                    "(guest=" + kind + ")");
            if (found != null && context.getService(found[0]) instanceof Hypervisor hypervisor) {
                return hypervisor;
            }
        } catch (InvalidSyntaxException wrong) {
            throw new IllegalArgumentException(kind + " is no kind of guest", wrong);
        }
        throw new IllegalStateException("the machine has no guests of the kind " + kind + ", but "
                + Arrays.toString(context.getBundle().getRegisteredServices()));
    }

    /** Takes the second-level entries of all data away. */
    void forgetData() {
        guest.deleteSlot(DATA_SLOT);
        addData();
    }

    private void addData() {
        guest.addSlot(new MemorySlot(DATA_SLOT, DATA, memory.bytes() - DATA, memory.address() + DATA, false));
    }

    /** Runs the code from its start to its first OUT. */
    Exit run() {
        processor.setRegisters(Registers.startingAt(entry));
        Exit exit = processor.run();
        if (!(exit instanceof Exit.PortWrite)) {
            throw new IllegalStateException("the guest ended with " + exit);
        }
        return exit;
    }

    /** Runs on from where it stands. */
    Exit runOn() {
        return processor.run();
    }

    VirtualMachine guest() {
        return guest;
    }

    @Override
    public void close() {
        guest.close();
    }
}
