package org.dmemfs.felix.commands;

import java.util.List;
import java.util.stream.Stream;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;
import org.dmemfs.core.DmemPool;
import org.dmemfs.felix.UsageException;
import org.dmemfs.felix.commands.tour.StepResult;
import org.dmemfs.felix.commands.tour.Tour;
import org.dmemfs.felix.commands.tour.TourLine;
import org.dmemfs.felix.commands.tour.TourListener;
import org.dmemfs.felix.commands.tour.TourMachine;
import org.dmemfs.felix.commands.tour.TourRefusal;
import org.dmemfs.felix.commands.tour.TourReport;
import org.dmemfs.fs.Dmemfs;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.kvm.Hypervisor;
import org.dmemfs.mm.AddressSpaces;
import org.dmemfs.reserve.PhysicalMemory;
import org.dmemfs.reserve.Reservation;
import org.dmemfs.tracing.KernelLog;
import org.dmemfs.vfio.Vfio;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/** {@code tour}: the main job, from the memory map to a guest, a device and a bad page. */
@Component(service = TourCommand.class, property = {"osgi.command.scope=dmem", "osgi.command.function=tour",
        "dmem.surroundings=MACHINE"})
public final class TourCommand {
    private final CommandSettings settings;
    private final TourMachine machine;
    private final List<Hypervisor> hypervisors;

    /** Bound by Declarative Services. */
    @Activate
    public TourCommand(@Reference CommandSettings settings, @Reference Reservation reservation,
            @Reference PhysicalMemory memory, @Reference DmemPool pool, @Reference AddressSpaces addressSpaces,
            @Reference Dmemfs dmemfs, @Reference(policyOption = ReferencePolicyOption.GREEDY) Hypervisor best,
            @Reference(name = "all", cardinality = ReferenceCardinality.AT_LEAST_ONE, policyOption = ReferencePolicyOption.GREEDY) List<Hypervisor> all,
            @Reference Vfio vfio, @Reference KernelLog kernelLog) {
        this.settings = settings;
        this.hypervisors = Stream.concat(Stream.of(best), all.stream()).distinct().toList();
        this.machine = new TourMachine(reservation, memory, pool, addressSpaces, dmemfs, hypervisors, vfio, kernelLog,
                settings.pageSize());
    }

    /** The kind that was named, or all in the order in which they are tried. */
    private List<Hypervisor> hypervisors(String kind) {
        List<Hypervisor> chosen = hypervisors.stream().filter(each -> kind.isEmpty() || each.kind().equals(kind))
                .toList();
        if (chosen.isEmpty()) {
            throw new UsageException("--guest %s cannot be had here: accepted are %s".formatted(kind,
                    String.join(", ", hypervisors.stream().map(Hypervisor::kind).toList())));
        }
        return chosen;
    }

    /** The command. */
    @Descriptor("Goes the whole way: boot, reserve, mount, map, a guest, a device, a bad page, unmount.")
    public void tour(CommandSession session,
            @Descriptor("of the tour's mount: 4K, 2M or 1G") @Parameter(names = "--pagesize", absentValue = "") String pageSize,
            @Descriptor("the kind of guest, such as host-kvm or tdp") @Parameter(names = "--guest", absentValue = "") String guest,
            @Descriptor("as JSON") @Parameter(names = "--json", presentValue = "true", absentValue = "false") boolean json) {
        Answer answer = new Answer(session, json);
        PageSize size = PageSize.parse(pageSize.isEmpty() ? settings.pageSize().label() : pageSize);
        try {
            TourReport report = new Tour(
                    machine.with(hypervisors(guest.isEmpty() ? settings.guest() : guest), size),
                    new Told(answer)).run();
            answer.tell(() -> TourText.summary(report));
            answer.conclude(new TourDocument(report));
        } catch (TourRefusal tooSmall) {
            throw new UsageException(String.valueOf(tooSmall.getMessage()), tooSmall);
        }
    }

    /** Tells each line when it comes. */
    private record Told(Answer answer) implements TourListener {
        @Override
        public void began(int number, String name) {
            answer.tell(() -> TourText.heading(number, name));
        }

        @Override
        public void line(TourLine line) {
            answer.tell(() -> TourText.line(line));
        }

        @Override
        public void ended(StepResult result) {
            answer.tell(() -> TourText.ended(result));
        }
    }
}
