package org.dmemfs.felix.commands;

import java.util.List;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;
import org.dmemfs.core.DmemPool;
import org.dmemfs.core.PoolUsage;
import org.dmemfs.felix.Machines;
import org.dmemfs.kernel.MemorySize;
import org.dmemfs.reserve.PhysicalMemory;
import org.dmemfs.reserve.Reservation;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code up}: this machine stays. On the command line the launcher has already put it into a process of its own. */
@Component(service = UpCommand.class, property = {"osgi.command.scope=dmem", "osgi.command.function=up",
        "dmem.surroundings=MACHINE"})
public final class UpCommand {
    private final Machines machines;
    private final Reservation reservation;
    private final PhysicalMemory memory;
    private final DmemPool pool;
    private final CommandSettings chosen;

    /** Bound by Declarative Services. */
    @Activate
    public UpCommand(@Reference Machines machines, @Reference Reservation reservation,
            @Reference PhysicalMemory memory, @Reference DmemPool pool,
            @Reference CommandSettings chosen) {
        this.machines = machines;
        this.pool = pool;
        this.chosen = chosen;
        this.reservation = reservation;
        this.memory = memory;
    }

    /** The command. */
    @Descriptor("Boots a machine that stays, for the commands that follow to work on.")
    public void up(CommandSession session,
            @Descriptor("its name") @Parameter(names = "--at", absentValue = "default") String name,
            @Descriptor("as JSON") @Parameter(names = "--json", presentValue = "true", absentValue = "false") boolean json) {
        new Answer(session, json)
                .give(StandingReport.of(machines.stay(name), machines.options(), reservation.commandLine(),
                        chosen.pageSize(), readBack()));
    }

    private List<String> readBack() {
        PoolUsage usage = pool.usage();
        return List.of(
                "memory map read from %s, nodes online %s".formatted(reservation.source(),
                        reservation.topology().online().nodes()),
                "%s reserved, regions %s".formatted(MemorySize.format(reservation.bytes()), reservation.regions()
                        .stream()
                        .map(region -> "node %d 0x%x-0x%x".formatted(region.node(), region.startPhysicalAddress(),
                                region.endPhysicalAddress() - 1))
                        .toList()),
                "%s, which costs the host %s now".formatted(memory.description(),
                        MemorySize.format(memory.hostBytes())),
                "pool: regions %d, 4K frames %d, allocator %s".formatted(usage.regions(), usage.registeredPages(),
                        usage.allocator()));
    }
}
