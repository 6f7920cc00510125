package org.dmemfs.felix.commands.tour;

import java.util.HashSet;
import java.util.Set;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.MemorySize;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.mm.AddressSpace;
import org.dmemfs.mm.BusSignal;
import org.dmemfs.mm.SignalException;

/** A page goes bad under the task; its dpage retires when it is freed and is never handed out again. */
final class PoisonStep {
    private static final long BAD_OFFSET = 0x5000;

    private final TourMachine machine;

    PoisonStep(TourMachine machine) {
        this.machine = machine;
    }

    void run(MappedTourFile mapped, StepReport report) {
        AddressSpace memory = mapped.memory();
        long touched = mapped.address() + BAD_OFFSET + 0x18;
        long neighbour = mapped.address() + BAD_OFFSET - 0x1000;
        memory.storeLong(neighbour, 0x600DL);
        memory.storeLong(touched, 1);
        long pfn = memory.followPfn(touched);
        machine.memory().poison(pfn);
        boolean real = machine.memory().poisonIsReal();
        report.say(real, "pfn 0x%x (file offset 0x%x) goes bad%s".formatted(pfn, BAD_OFFSET,
                real ? ", for the host too: its userfaultfd has marked it wherever it is mapped" : ""));
        report.figure("poison", real ? "real" : "modelled");
        new BadPageGuest(machine).run(mapped, BAD_OFFSET, report);
        BusSignal signal = touch(memory, touched);
        report.modelled("the task's load at 0x%x: SIGBUS, %s, si_addr 0x%x, si_addr_lsb %d".formatted(touched,
                signal.kind(), signal.virtualAddress(), signal.leastSignificantBit()));
        report.figure("signal", signal.kind().name());
        report.figure("signalAddress", "0x%x".formatted(signal.virtualAddress()));
        report.figure("leastSignificantBit", signal.leastSignificantBit());
        if (signal.leastSignificantBit() == PageSize.SIZE_4K.shift()) {
            tellNeighbour(memory, neighbour, report);
        } else {
            report.modelled("all of its dpage of %s is lost with it".formatted(machine.pageSize().label()));
        }
        retire(mapped, pfn, report);
    }

    private static BusSignal touch(AddressSpace memory, long virtualAddress) {
        try {
            long value = memory.loadLong(virtualAddress);
            throw new TourFailure("a load from a bad frame gave 0x%x".formatted(value));
        } catch (SignalException raised) {
            return raised.signal();
        }
    }

    private void tellNeighbour(AddressSpace memory, long neighbour, StepReport report) {
        if (machine.pageSize().shift() == 12) {
            return;
        }
        long value = memory.loadLong(neighbour);
        TourFailure.unless(value == 0x600DL, "the page beside the bad one lost its bytes: 0x%x".formatted(value));
        report.modelled("the page of 4K beside it keeps its bytes, now mapped at %s instead of %s".formatted(
                memory.mappingLevel(neighbour), machine.pageSize()).replace("SIZE_", ""));
    }

    private void retire(MappedTourFile mapped, long badPfn, StepReport report) {
        long before = Ledger.of(machine.pool().usage()).retired();
        mapped.file().truncate(0);
        long retired = Ledger.of(machine.pool().usage()).retired() - before;
        TourFailure.unless(retired == 1, "freeing the bad dpage retired " + retired + " dpages instead of 1");
        Set<Long> handedOut = takeEverything(mapped);
        int shift = machine.pageSize().shift() - 12;
        TourFailure.unless(!handedOut.contains(badPfn >> shift), "the bad dpage was handed out again");
        report.modelled(
                "truncated: its dpage is retired; the next %,d dpages taken (%s) do not have the bad page among them"
                        .formatted(handedOut.size(), MemorySize.format(handedOut.size() * machine.pageSize().bytes())));
        report.figure("retiredDpages", retired);
        report.figure("dpagesTakenAfterwards", handedOut.size());
    }

    private Set<Long> takeEverything(MappedTourFile mapped) {
        int shift = machine.pageSize().shift();
        long free = Ledger.of(machine.pool().usage()).free();
        long wanted = Math.min(mapped.bytes() >> shift, free);
        mapped.file().truncate(mapped.bytes());
        Set<Long> dpages = new HashSet<>();
        for (long index = 0; index < wanted; index++) {
            long virtualAddress = mapped.address() + (index << shift);
            try {
                mapped.memory().fixupUserFault(virtualAddress, true);
            } catch (ErrnoException exhausted) {
                throw new TourFailure(
                        "dpage " + index + " of " + free + " free ones could not be had: " + exhausted.getMessage());
            }
            dpages.add(mapped.memory().followPfn(virtualAddress) >> shift - 12);
        }
        mapped.file().truncate(0);
        return dpages;
    }
}
