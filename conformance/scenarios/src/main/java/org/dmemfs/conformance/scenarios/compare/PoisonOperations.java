package org.dmemfs.conformance.scenarios.compare;

import static org.dmemfs.conformance.scenarios.compare.GuestOnScheme.NATURE;

import java.lang.foreign.MemorySegment;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalLong;
import org.dmemfs.core.MemoryFailureFlag;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.MemoryPolicy;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.kvm.GeneralRegister;
import org.dmemfs.kvm.MachineCode;
import org.dmemfs.kvm.MemorySlot;
import org.dmemfs.kvm.Registers;
import org.dmemfs.kvm.VirtualMachine;
import org.dmemfs.kvm.VirtualProcessor;
import org.dmemfs.mm.Task;
import org.dmemfs.schemes.GuestGrant;

/** What a bad frame does. Each takes a frame out of the machine for good. */
final class PoisonOperations {
    private static final long BAD = 3 * NATURE;

    private PoisonOperations() {
    }

    static List<Operation> all() {
        return List.of(
                new Operation("bytes of the last owner",
                        "what the next guest finds in memory that another has given back",
                        PoisonOperations::lastOwner),
                new Operation("poison of a used page: report",
                        "what the kernel answers to a report of a bad frame that a"
                                + " guest uses",
                        PoisonOperations::reportUsed),
                new Operation("poison of a used page: touch",
                        "the signal that the VMM gets where it touches the bad frame,"
                                + " and how much memory is lost with it",
                        PoisonOperations::touchUsed),
                new Operation("poison of a used page: vCPU",
                        "what the VMM sees when its guest meets the bad frame: enough"
                                + " to tell the guest which 4K are lost, or all of a page",
                        PoisonOperations::vcpu),
                new Operation("poison of a free page", "whether the next guest is given memory that is known to be bad",
                        PoisonOperations::free));
    }

    private static String lastOwner(GuestOnScheme guest) {
        guest.touch();
        return Answers.of(() -> {
            guest.grant().close();
            GuestGrant next = guest.carveout().give("next", guest.pageBytes(), MemoryPolicy.systemDefault(), 0);
            try (Task other = guest.machine().addressSpaces().newTask("next", 0)) {
                long start = next.map(other);
                long seen = other.addressSpace().loadLong(start);
                return seen == 0 ? "zeros" : "the last owner's bytes";
            } finally {
                next.close();
            }
        });
    }

    /** Makes the fourth 4K of the guest bad, which is touched. */
    private static long poison(GuestOnScheme guest) {
        long pfn = frame(guest);
        guest.machine().memory().poison(pfn);
        return pfn;
    }

    private static long frame(GuestOnScheme guest) {
        guest.touch();
        guest.memory().storeLong(guest.start() + BAD, GuestOnScheme.word(BAD));
        OptionalLong pfn = guest.grant().frameAt(BAD);
        if (pfn.isEmpty()) {
            throw new ErrnoException(Errno.ENXIO, "no frame is known behind a page that was touched");
        }
        return pfn.getAsLong();
    }

    private static String report(GuestOnScheme guest, long pfn) {
        return Answers.of(() -> guest.machine().memoryFailure().memoryFailure(pfn,
                EnumSet.noneOf(MemoryFailureFlag.class)), "0");
    }

    private static String reportUsed(GuestOnScheme guest) {
        guest.task().prctlMachineCheckEarly(true);
        String answer = report(guest, poison(guest));
        return "%s; a task that asked to hear early: %s".formatted(answer, guest.task().signals().isEmpty()
                ? "hears nothing"
                : Answers.signal(guest.task().signals().getLast()));
    }

    private static String touchUsed(GuestOnScheme guest) {
        poison(guest);
        String met = Answers.of(() -> guest.memory().loadLong(guest.start() + BAD), "goes through");
        if (!guest.task().alive()) {
            return met + ", the VMM is dead";
        }
        String neighbour = Answers.of(() -> guest.memory().loadLong(guest.start()) == GuestOnScheme.word(0)
                ? ""
                : " and bytes beside it");
        boolean whole = !neighbour.isEmpty();
        return "%s; lost: %s".formatted(met, whole ? guest.grant().pageSize().label() : "4K");
    }

    private static String vcpu(GuestOnScheme guest) {
        return Answers.of(() -> {
            try (VirtualMachine machine = guest.machine().hypervisor().create("compared", guest.memory())) {
                machine.addSlot(new MemorySlot(0, 0, guest.bytes(), guest.start(), false));
                byte[] code = new MachineCode().move(GeneralRegister.RDI, BAD)
                        .load(GeneralRegister.RAX, GeneralRegister.RDI).halt().toBytes();
                // The program has a page of its own where a page is 4K, and the bad frame's elsewhere.
                long place = guest.pageBytes() == PageSize.SIZE_4K.bytes() ? 0 : guest.pageBytes();
                poison(guest);
                guest.memory().copyIn(MemorySegment.ofArray(code), 0, guest.start() + place, code.length);
                VirtualProcessor processor = machine.createProcessor();
                processor.setRegisters(Registers.startingAt(place));
                return GuestOperations.said(processor.run());
            }
        });
    }

    private static String free(GuestOnScheme guest) {
        long pfn = frame(guest);
        long bytes = guest.bytes();
        guest.grant().close();
        long before = sellable(guest);
        guest.machine().memory().poison(pfn);
        String answer = report(guest, pfn);
        long less = before - sellable(guest);
        return "%s; %s; the next guest %s".formatted(answer, less == 0
                ? "nothing is taken out of sale"
                : (less >= PageSize.SIZE_2M.bytes() ? "2M" : "4K") + " out of sale",
                isGiven(guest, bytes, pfn) ? "gets it" : "does not get it");
    }

    private static long sellable(GuestOnScheme guest) {
        return guest.carveout().sellableBytes().values().stream().mapToLong(Long::longValue).sum();
    }

    private static boolean isGiven(GuestOnScheme guest, long bytes, long pfn) {
        GuestGrant next = guest.carveout().give("next", bytes, MemoryPolicy.systemDefault(), 0);
        try (Task other = guest.machine().addressSpaces().newTask("next", 0)) {
            long start = next.map(other);
            for (long offset = 0; offset < bytes; offset += NATURE) {
                long address = start + offset;
                Answers.of(() -> other.addressSpace().loadLong(address));
                if (next.frameAt(offset).orElse(-1) == pfn) {
                    return true;
                }
            }
            return false;
        } finally {
            next.close();
        }
    }
}
