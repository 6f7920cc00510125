package org.dmemfs.felix.commands;

import java.util.ArrayList;
import java.util.List;
import org.dmemfs.kernel.MemorySize;
import org.dmemfs.reserve.Reservation;

/** What a command line reserves on a machine, and what else it sets aside there. */
record ReservationReport(String machine, String source, String commandLine, List<Region> regions,
        List<Lack> shortfalls, List<Aside> setAsides, long registeredPages, long structPageBytesSaved,
        List<String> notices) implements Report {
    record Region(int node, String start, String end, long bytes) {
    }

    record Lack(int node, long requestedBytes, long missingBytes) {
    }

    record Aside(String parameter, List<Span> ranges, long bytes, long leftToKernelBytes, long metadataBytes,
            String explanation) {
    }

    record Span(int node, String start, String end) {
    }

    static ReservationReport of(Reservation reservation) {
        return new ReservationReport(reservation.machine(), reservation.source(), reservation.commandLine(),
                regions(reservation),
                reservation.shortfalls().stream()
                        .map(each -> new Lack(each.node(), each.requestedBytes(), each.missingBytes())).toList(),
                reservation.setAsides().stream().map(each -> new Aside(each.parameter(),
                        each.ranges().stream()
                                .map(range -> new Span(range.node(), "0x%x".formatted(range.startPhysicalAddress()),
                                        "0x%x".formatted(range.endPhysicalAddress())))
                                .toList(),
                        each.bytes(), each.leftToKernelBytes(), each.metadataBytes(), each.explanation())).toList(),
                reservation.registeredPages(), reservation.structPageBytesSaved(), reservation.notices());
    }

    static List<Region> regions(Reservation reservation) {
        return reservation.regions().stream()
                .map(region -> new Region(region.node(), "0x%x".formatted(region.startPhysicalAddress()),
                        "0x%x".formatted(region.endPhysicalAddress()), region.bytes()))
                .toList();
    }

    @Override
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add("machine %s, read from %s".formatted(machine, source));
        lines.add("command line: " + commandLine);
        for (Region region : regions) {
            lines.add("node %d: %s to %s, %s".formatted(region.node(), region.start(), region.end(),
                    MemorySize.format(region.bytes())));
        }
        for (Lack lack : shortfalls) {
            lines.add("%s falls short by %s of %s".formatted(lack.node() < 0 ? "a range" : "node " + lack.node(),
                    MemorySize.format(lack.missingBytes()), MemorySize.format(lack.requestedBytes())));
        }
        setAsides.forEach(aside -> tell(aside, lines));
        lines.addAll(notices);
        lines.add("%d struct page are never made, which saves %s".formatted(registeredPages,
                MemorySize.format(structPageBytesSaved)));
        return lines;
    }

    private static void tell(Aside aside, List<String> lines) {
        lines.add("%s takes %s: %s".formatted(aside.parameter(), MemorySize.format(aside.bytes()),
                aside.explanation()));
        aside.ranges().forEach(span -> lines.add("  node %d: %s to %s".formatted(span.node(), span.start(),
                span.end())));
        lines.add("  leaves %s to the kernel, its struct pages cost %s".formatted(
                MemorySize.format(aside.leftToKernelBytes()), MemorySize.format(aside.metadataBytes())));
    }
}
