package org.dmemfs.felix.commands.tour;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.dmemfs.fs.Mount;
import org.dmemfs.kernel.MemorySize;

/** Goes the whole way, step by step, and cleans up behind itself however it ends. */
public final class Tour {
    private final TourMachine machine;
    private final TourListener listener;
    private final List<StepResult> results = new ArrayList<>();

    /**
     * A tour.
     *
     * @param machine where
     * @param listener follows it
     */
    public Tour(TourMachine machine, TourListener listener) {
        this.machine = machine;
        this.listener = listener;
    }

    /**
     * Makes the tour.
     *
     * @return what was seen
     * @throws TourRefusal where the reservation is too small
     * @throws org.dmemfs.kernel.ErrnoException where the machine refuses
     * @throws TourFailure where the machine answers otherwise than it must
     */
    public TourReport run() {
        if (machine.reservation().regions().isEmpty()) {
            throw new TourRefusal("the command line \"%s\" reserves nothing: the tour needs %s".formatted(
                    machine.reservation().commandLine(), MemorySize.format(machine.fileBytes())));
        }
        perform("boot", report -> new BootStep(machine.reservation()).run(report));
        perform("reserve", report -> new ReserveStep(machine.reservation()).run(report));
        perform("memory", report -> new MemoryStep(machine.reservation(), machine.memory()).run(report));
        try (Mount mount = step("mount", report -> new MountStep(machine).run(report))) {
            Ledger atFirst = Ledger.of(machine.pool().usage());
            useFile(mount);
            perform("unmount", report -> new UnmountStep(machine).run(mount, atFirst, report));
        }
        return new TourReport(List.copyOf(results), summary());
    }

    private void useFile(Mount mount) {
        try (MappedTourFile mapped = step("map", report -> new MapStep(machine).run(mount, report))) {
            TourPattern pattern = step("guest", report -> new GuestStep(machine).run(mapped, report));
            perform("device", report -> new DeviceStep(machine).run(mapped, pattern, report));
            perform("poison", report -> new PoisonStep(machine).run(mapped, report));
        }
    }

    private void perform(String name, Consumer<StepReport> action) {
        step(name, report -> {
            action.accept(report);
            return this;
        });
    }

    private <T> T step(String name, Function<StepReport, T> action) {
        long start = System.nanoTime();
        listener.began(results.size() + 1, name);
        StepReport report = new StepReport(listener::line);
        T outcome = action.apply(report);
        StepResult result = new StepResult(name, report.lines(), report.figures(),
                (System.nanoTime() - start) / 1_000_000);
        results.add(result);
        listener.ended(result);
        return outcome;
    }

    private String summary() {
        return ("%s of memory without struct page (%s saved), mounted, mapped, run by a guest, read by a device; one page went"
                + " bad and cost nobody but its owner. Everything was given back.").formatted(
                        MemorySize.format(machine.reservation().bytes()),
                        MemorySize.format(machine.reservation().structPageBytesSaved()));
    }
}
