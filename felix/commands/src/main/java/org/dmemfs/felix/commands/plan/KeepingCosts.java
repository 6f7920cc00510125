package org.dmemfs.felix.commands.plan;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.dmemfs.kernel.MemorySize;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.schemes.MetadataCost;
import org.dmemfs.schemes.MetadataKind;
import org.dmemfs.schemes.Scheme;

/** What a scheme costs at one page size, asked of the scheme: by what is set aside, and by guest where each has a file. */
final class KeepingCosts {
    private static final Set<MetadataKind> NOT_FROM_THE_HOST = EnumSet.of(MetadataKind.STRUCT_PAGES_ON_DEVICE,
            MetadataKind.FILE_TREE);
    private static final int SIZES_TOLD = 3;

    private final Scheme scheme;
    private final PageSize pageSize;
    private final Map<Long, Long> treeBySize = new HashMap<>();
    private final boolean filed;

    KeepingCosts(Scheme scheme, PageSize pageSize) {
        this.scheme = scheme;
        this.pageSize = pageSize;
        this.filed = scheme.metadata(SetAsidePlan.step(pageSize), pageSize).stream()
                .anyMatch(cost -> cost.kind() == MetadataKind.FILE_TREE);
    }

    private List<MetadataCost> of(long bytes) {
        return bytes == 0 ? List.of() : scheme.metadata(bytes, pageSize);
    }

    /** What the host pays for memory that is set aside on a node, without the files. */
    long fromHost(long bytes) {
        return of(bytes).stream().filter(cost -> !NOT_FROM_THE_HOST.contains(cost.kind()))
                .mapToLong(MetadataCost::bytes).sum();
    }

    /** What is taken out of a piece itself, in whole pages. */
    long fromThePiece(long bytes) {
        long taken = of(bytes).stream().filter(cost -> cost.kind() == MetadataKind.STRUCT_PAGES_ON_DEVICE)
                .mapToLong(MetadataCost::bytes).sum();
        return Math.min(bytes, (taken + pageSize.bytes() - 1) / pageSize.bytes() * pageSize.bytes());
    }

    /** What the file of a guest costs. */
    long file(long guestBytes) {
        return filed
                ? treeBySize.computeIfAbsent(guestBytes, bytes -> of(bytes).stream()
                        .filter(cost -> cost.kind() == MetadataKind.FILE_TREE).mapToLong(MetadataCost::bytes).sum())
                : 0;
    }

    long files(Map<Long, Integer> guestsBySize) {
        return guestsBySize.entrySet().stream().mapToLong(each -> file(each.getKey()) * each.getValue()).sum();
    }

    /** Every kind with its formula, over nodes and guests. */
    List<Figure> figures(Map<Integer, Long> setAsideByNode, long takenOutBytes, Map<Long, Integer> guestsBySize) {
        List<Figure> figures = new ArrayList<>();
        for (MetadataKind kind : MetadataKind.values()) {
            if (kind == MetadataKind.FILE_TREE && filed) {
                figures.add(new Figure(kind.label(), files(guestsBySize), fileFormula(guestsBySize)));
                continue;
            }
            Map<Integer, MetadataCost> byNode = new TreeMap<>();
            setAsideByNode.forEach((node, bytes) -> of(bytes).stream().filter(cost -> cost.kind() == kind)
                    .forEach(cost -> byNode.put(node, cost)));
            if (!byNode.isEmpty()) {
                figures.add(new Figure(kind.label(),
                        kind == MetadataKind.STRUCT_PAGES_ON_DEVICE
                                ? takenOutBytes
                                : byNode.values().stream().mapToLong(MetadataCost::bytes).sum(),
                        byNode.entrySet().stream().map(each -> "node %d: %s".formatted(each.getKey(),
                                each.getValue().formula())).collect(Collectors.joining("; "))));
            }
        }
        return figures;
    }

    private String fileFormula(Map<Long, Integer> guestsBySize) {
        String told = guestsBySize.entrySet().stream().sorted(Map.Entry.comparingByKey()).limit(SIZES_TOLD)
                .map(each -> "%,d guests of %s, each %d: %s".formatted(each.getValue(),
                        MemorySize.format(each.getKey()),
                        file(each.getKey()), of(each.getKey()).stream()
                                .filter(cost -> cost.kind() == MetadataKind.FILE_TREE).map(MetadataCost::formula)
                                .findFirst().orElse("")))
                .collect(Collectors.joining("; "));
        return told + (guestsBySize.size() > SIZES_TOLD
                ? "; and so on for %,d more sizes".formatted(guestsBySize.size() - SIZES_TOLD)
                : "");
    }
}
