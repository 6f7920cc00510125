package org.dmemfs.felix.commands;

import java.util.ArrayList;
import java.util.List;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;
import org.dmemfs.core.DmemPool;
import org.dmemfs.felix.commands.FrameUsers.Users;
import org.dmemfs.reserve.PhysicalMemory;
import org.dmemfs.reserve.Reservation;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code badpages}: the memory that went bad, and who still has to do with it. */
@Component(service = BadpagesCommand.class, property = {"osgi.command.scope=dmem", "osgi.command.function=badpages",
        "dmem.surroundings=MACHINE"})
public final class BadpagesCommand {
    private final DmemPool pool;
    private final PhysicalMemory memory;
    private final Reservation reservation;
    private final FrameUsers users;

    /** Bound by Declarative Services. */
    @Activate
    public BadpagesCommand(@Reference DmemPool pool, @Reference PhysicalMemory memory,
            @Reference Reservation reservation, @Reference FrameUsers users) {
        this.pool = pool;
        this.memory = memory;
        this.reservation = reservation;
        this.users = users;
    }

    /** The command. */
    @Descriptor("Prints the pages that went bad, who still has to do with them, and what each node has left.")
    public void badpages(CommandSession session,
            @Descriptor("as JSON") @Parameter(names = "--json", presentValue = "true", absentValue = "false") boolean json) {
        List<Long> reported = pool.badFrames();
        List<BadPage> pages = new ArrayList<>(reported.stream().map(pfn -> page(pfn, state(pfn))).toList());
        memory.poisoned().all().stream().filter(pfn -> !reported.contains(pfn)).sorted()
                .forEach(pfn -> pages.add(page(pfn, pool.isDmem(pfn) ? "not reported yet" : "not dmem")));
        new Answer(session, json).give(new Listing(List.copyOf(pages), NodeCapacity.of(pool.usage())));
    }

    private String state(long pfn) {
        if (pool.references(pfn) > 0) {
            return "used, retires with its last reference";
        }
        return pool.usage().pageSize().isPresent() ? "retired" : "in no dpage now";
    }

    private BadPage page(long pfn, String state) {
        return new BadPage("0x%x".formatted(pfn), "0x%x".formatted(pfn << 12), reservation.memoryMap().nodeOf(pfn),
                state,
                users.of(pfn));
    }

    private record BadPage(String pfn, String physicalAddress, int node, String state, Users users) {
    }

    private record Listing(List<BadPage> pages, List<NodeCapacity> capacity) implements Report {
        @Override
        public List<String> lines() {
            List<String> lines = new ArrayList<>();
            lines.add(pages.isEmpty() ? "no page is bad" : "bad pages of 4K: %,d".formatted(pages.size()));
            for (BadPage page : pages) {
                lines.add("pfn %s (node %d): %s".formatted(page.pfn(), page.node(), page.state()));
                page.users().lines().forEach(each -> lines.add("  " + each));
            }
            capacity.forEach(node -> lines.add(node.line()));
            return lines;
        }
    }
}
