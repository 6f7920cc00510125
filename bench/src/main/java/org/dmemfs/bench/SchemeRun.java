package org.dmemfs.bench;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.Hashtable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.dmemfs.felix.launcher.FelixMachine;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.MemoryPolicy;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.kvm.Exit;
import org.dmemfs.kvm.GeneralRegister;
import org.dmemfs.kvm.Hypervisor;
import org.dmemfs.kvm.MachineCode;
import org.dmemfs.kvm.MemorySlot;
import org.dmemfs.kvm.Registers;
import org.dmemfs.kvm.VirtualMachine;
import org.dmemfs.kvm.VirtualProcessor;
import org.dmemfs.mm.AddressSpaces;
import org.dmemfs.mm.HookSet;
import org.dmemfs.mm.SignalException;
import org.dmemfs.mm.Task;
import org.dmemfs.schemes.Carveout;
import org.dmemfs.schemes.GuestGrant;
import org.dmemfs.schemes.MetadataCost;
import org.dmemfs.schemes.Scheme;
import org.dmemfs.vfio.Container;
import org.dmemfs.vfio.DmaPermission;
import org.dmemfs.vfio.Vfio;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Constants;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceRegistration;

/** One scheme's steps on one machine. */
final class SchemeRun {
    private static final long GUEST_BYTES = 4L << 30;
    private static final int GUESTS = 80;
    private static final int FEW_GUESTS = 1;
    /** A million pins for each guest where it has struct pages: a few of them say enough. */
    private static final int PINNED_GUESTS = 8;
    private static final int PORT = 0xF4;
    private static final int RANKING = 1_000;
    private static final double MILLISECOND = 1_000_000;
    private static final double MEBIBYTE = 1024 * 1024;

    private final FelixMachine machine;
    private final Scheme scheme;
    private final PageSize pageSize;
    private final Map<Integer, Long> wish;
    private final int guests;

    /**
     * What was measured.
     *
     * @param pageSize of the pages
     * @param guests how many were
     * @param steps milliseconds of each step for one guest, and MiB of metadata of it all; NaN where the scheme fails
     */
    record Figures(PageSize pageSize, int guests, Map<String, Double> steps) {
    }

    /** A guest under way. */
    private record Running(GuestGrant grant, Task task, long start) {
    }

    SchemeRun(FelixMachine machine, Scheme scheme, PageSize pageSize, Map<Integer, Long> wish) {
        this.machine = machine;
        this.scheme = scheme;
        this.pageSize = pageSize;
        this.wish = wish;
        // Anonymous pages are made zero one by one, in memory of this very host.
        this.guests = pageSize == PageSize.SIZE_4K || scheme.description().scheme().equals("plain")
                ? FEW_GUESTS
                : GUESTS;
    }

    Figures measure() {
        ServiceRegistration<HookSet> hooks = publish();
        Map<String, Double> steps = new LinkedHashMap<>();
        List<Running> running = new ArrayList<>();
        long start = System.nanoTime();
        try (Carveout carveout = scheme.setAside(pageSize, wish)) {
            steps.put("set 320 GiB aside", (System.nanoTime() - start) / MILLISECOND);
            long given = System.nanoTime();
            give(carveout, running);
            steps.put("give 4 GiB and map them", (System.nanoTime() - given) / MILLISECOND / running.size());
            int fit = running.size();
            time(steps, "fault 4 GiB in", fit, () -> running.forEach(this::faultIn));
            time(steps, "KVM-map 4 GiB", fit, () -> running.forEach(this::kvm));
            List<Running> pinned = running.subList(0, Math.min(PINNED_GUESTS, fit));
            time(steps, "VFIO-map 4 GiB", pinned.size(), () -> pinned.forEach(this::vfio));
            steps.put("metadata of 320 GiB",
                    carveout.metadata().stream().mapToLong(MetadataCost::bytes).sum() / MEBIBYTE);
            time(steps, "take 4 GiB back", fit, () -> running.forEach(each -> {
                each.grant().close();
                each.task().close();
            }));
        } finally {
            if (hooks != null) {
                hooks.unregister();
            }
        }
        return new Figures(pageSize, running.size(), steps);
    }

    /** As many as there is memory for: struct pages in the memory itself leave less of it. */
    private void give(Carveout carveout, List<Running> running) {
        for (int guest = 0; guest < guests; guest++) {
            Task task = machine.service(AddressSpaces.class).newTask("guest" + guest, guest % 2);
            try {
                GuestGrant grant = carveout.give("guest" + guest, GUEST_BYTES, MemoryPolicy.preferred(guest % 2),
                        guest % 2);
                running.add(new Running(grant, task, grant.map(task)));
            } catch (ErrnoException full) {
                task.close();
                System.out.printf("  %d guests fit: %s%n", guest, full.getMessage());
                return;
            }
        }
    }

    private static void time(Map<String, Double> steps, String step, int count, Runnable body) {
        long start = System.nanoTime();
        double figure;
        try {
            body.run();
            figure = (System.nanoTime() - start) / MILLISECOND / count;
        } catch (ErrnoException | SignalException failed) {
            System.out.printf("  %s: %s%n", step, failed.getMessage());
            figure = Double.NaN;
        }
        steps.put(step, figure);
    }

    private void faultIn(Running guest) {
        for (long offset = 0; offset < GUEST_BYTES;) {
            var memory = guest.task().addressSpace();
            if (memory.mappingLevel(guest.start() + offset) == null) {
                memory.fixupUserFault(guest.start() + offset, true);
            }
            PageSize level = memory.mappingLevel(guest.start() + offset);
            offset += level == null ? PageSize.SIZE_4K.bytes() : level.bytes();
        }
    }

    /** The guest loads a word of every page that its VMM has an entry for. */
    private void kvm(Running guest) {
        PageSize level = Objects.requireNonNullElse(guest.task().addressSpace().mappingLevel(guest.start()),
                PageSize.SIZE_4K);
        MachineCode code = new MachineCode().move(GeneralRegister.RDI, 0)
                .move(GeneralRegister.RBX, GUEST_BYTES / level.bytes()).move(GeneralRegister.RSI, level.bytes());
        int again = code.position();
        byte[] program = code.load(GeneralRegister.RAX, GeneralRegister.RDI)
                .add(GeneralRegister.RDI, GeneralRegister.RSI).decrement(GeneralRegister.RBX).jumpIfNotZero(again)
                .outByte(PORT).toBytes();
        guest.task().addressSpace().copyIn(MemorySegment.ofArray(program), 0, guest.start(), program.length);
        try (VirtualMachine virtual = hypervisor().create("measured", guest.task().addressSpace())) {
            virtual.addSlot(new MemorySlot(0, 0, GUEST_BYTES, guest.start(), false));
            VirtualProcessor processor = virtual.createProcessor();
            processor.setRegisters(Registers.startingAt(0));
            Exit exit = processor.run();
            if (!(exit instanceof Exit.PortWrite)) {
                throw new IllegalStateException("the guest ended with " + exit);
            }
        }
    }

    private void vfio(Running guest) {
        try (Container container = machine.service(Vfio.class).open("measured", guest.task())) {
            container.mapDma(1L << 32, guest.start(), GUEST_BYTES, EnumSet.allOf(DmaPermission.class));
        }
    }

    private Hypervisor hypervisor() {
        try {
            return machine.context().getServiceReferences(Hypervisor.class, "(guest=tdp)").stream()
                    .map(machine.context()::getService).filter(Objects::nonNull).findFirst().orElseThrow();
        } catch (InvalidSyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @SuppressWarnings("JdkObsolete") // the framework takes a dictionary
    private @Nullable ServiceRegistration<HookSet> publish() {
        return scheme.hooks().map(set -> machine.context().registerService(HookSet.class, set,
                new Hashtable<>(Map.of(Constants.SERVICE_RANKING, RANKING)))).orElse(null);
    }
}
