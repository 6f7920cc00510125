package org.dmemfs.felix.commands;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;
import org.dmemfs.core.DmemPool;
import org.dmemfs.felix.commands.FrameUsers.Users;
import org.dmemfs.kernel.PageSize;
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
        List<BadPage> pages = new ArrayList<>(reported.stream().map(pfn -> page(pfn, 1, state(pfn))).toList());
        Set<Long> known = Set.copyOf(reported);
        pages.addAll(unreported(memory.poisoned().all().stream().filter(pfn -> !known.contains(pfn)).toList()));
        new Answer(session, json).give(new Listing(List.copyOf(pages), NodeCapacity.of(pool.usage())));
    }

    /** Frames that follow each other are one line: where the host takes a huge page they are many. */
    private List<BadPage> unreported(List<Long> frames) {
        List<BadPage> pages = new ArrayList<>();
        int end;
        for (int first = 0; first < frames.size(); first = end) {
            long pfn = frames.get(first);
            end = first + 1;
            while (end < frames.size() && frames.get(end) == pfn + end - first
                    && pool.isDmem(frames.get(end)) == pool.isDmem(pfn)) {
                end++;
            }
            pages.add(page(pfn, end - first, pool.isDmem(pfn) ? "not reported yet" : "not dmem"));
        }
        return pages;
    }

    private String state(long pfn) {
        if (pool.references(pfn) > 0) {
            return "used, retires with its last reference";
        }
        return pool.usage().pageSize().isPresent() ? "retired" : "in no dpage now";
    }

    private BadPage page(long pfn, int frames, String state) {
        return new BadPage("0x%x".formatted(pfn), "0x%x".formatted(pfn << 12), frames,
                reservation.memoryMap().nodeOf(pfn), pool.isDmem(pfn) ? label() : "4K", state, users.of(pfn));
    }

    /** What is lost with a bad frame to whoever gets no other page: the pool's page, if it has one now. */
    private String label() {
        return pool.usage().pageSize().map(PageSize::label).orElse("4K");
    }

    /**
     * Bad frames.
     *
     * @param pfn the first
     * @param frames how many of 4K follow each other
     * @param dpageSize of the page that they are in
     */
    private record BadPage(String pfn, String physicalAddress, int frames, int node, String dpageSize, String state,
            Users users) {
        String line() {
            return "pfn %s%s (node %d), in %s: %s".formatted(pfn,
                    frames == 1 ? "" : " and %,d behind it".formatted(frames - 1), node,
                    dpageSize.equals("4K") ? "a page of 4K" : "a dpage of " + dpageSize, state);
        }
    }

    private record Listing(List<BadPage> pages, List<NodeCapacity> capacity) implements Report {
        @Override
        public List<String> lines() {
            List<String> lines = new ArrayList<>();
            lines.add(pages.isEmpty()
                    ? "no page is bad"
                    : "bad pages of 4K: %,d".formatted(pages.stream().mapToLong(BadPage::frames).sum()));
            for (BadPage page : pages) {
                lines.add(page.line());
                page.users().lines().forEach(each -> lines.add("  " + each));
            }
            capacity.forEach(node -> lines.add(node.line()));
            return lines;
        }
    }
}
