package org.dmemfs.reserve.memblock;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.dmemfs.kernel.MemorySize;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.reserve.SetAside;
import org.jspecify.annotations.Nullable;

/**
 * {@code hugepages=} with {@code hugepagesz=} and {@code default_hugepagesz=}: pools that hugetlb fills from what
 * {@code dmem=} left. Their {@code struct page}s are made; with {@code hugetlb_free_vmemmap=on} all but one page of them
 * is given back for each huge page (Linux 5.18 and later). For one thread.
 */
final class HugePageParameters {
    private static final Pattern COUNTS = Pattern
            .compile("[0-9]{1,18}|[0-9]{1,9}:[0-9]{1,18}(,[0-9]{1,9}:[0-9]{1,18})*");
    private static final String SIZES = "accepted is 2M or 1G";

    private final List<Machine.Free> free;
    private final boolean thinned;
    private final PageSize defaultSize;
    private final Set<PageSize> given = EnumSet.noneOf(PageSize.class);
    private final Map<Integer, Long> pooledByNode = new TreeMap<>();
    private final List<SetAside> setAsides = new ArrayList<>();
    private final List<String> notices = new ArrayList<>();

    /** What the pools take. */
    record Outcome(List<SetAside> setAsides, List<String> notices) {
    }

    private HugePageParameters(KernelCommandLine commandLine, List<Machine.Free> free) {
        this.free = free;
        thinned = commandLine.named("hugetlb_free_vmemmap")
                .anyMatch(parameter -> String.valueOf(parameter.value()).matches("[yYtT1].*|[oO][nN]"));
        defaultSize = commandLine.named("default_hugepagesz").map(parameter -> size(parameter.value()))
                .flatMap(Optional::stream).reduce((first, last) -> last).orElse(PageSize.SIZE_2M);
    }

    /** Reads them against what is free once {@code dmem=} has taken its part. */
    static Outcome apply(KernelCommandLine commandLine, List<Machine.Free> free) {
        HugePageParameters parameters = new HugePageParameters(commandLine, free);
        Optional<PageSize> size = Optional.of(parameters.defaultSize);
        for (KernelCommandLine.Parameter parameter : commandLine.parameters()) {
            String value = parameter.value();
            switch (parameter.name().replace('-', '_')) {
                case "default_hugepagesz", "hugepagesz" -> {
                    size = size(value);
                    if (size.isEmpty()) {
                        parameters.notices.add(parameter.name() + "=" + Excerpt.of(String.valueOf(value))
                                + " is no size of a huge page: " + SIZES + "; the hugepages= behind it is left out");
                    }
                }
                case "hugepages" -> size.ifPresent(pages -> parameters.pool(pages, value));
                default -> {
                    continue;
                }
            }
        }
        return new Outcome(List.copyOf(parameters.setAsides), List.copyOf(parameters.notices));
    }

    private void pool(PageSize size, @Nullable String value) {
        String word = "hugepages=" + Excerpt.of(String.valueOf(value));
        if (value == null || !COUNTS.matcher(value).matches()) {
            notices.add(word + " is no count: accepted is a number, or NODE:NUMBER for each node with commas between");
            return;
        }
        if (!given.add(size)) {
            notices.add(word + " is the second for pages of " + size.label() + ": the first is in force");
            return;
        }
        long pages = 0;
        StringBuilder lacking = new StringBuilder();
        Matcher node = Pattern.compile("([0-9]+):([0-9]+)").matcher(value);
        if (value.indexOf(':') < 0) {
            pages = take(size, Long.parseLong(value));
            lacking(lacking, "the machine", Long.parseLong(value), pages);
        }
        while (node.find()) {
            int id = Integer.parseInt(node.group(1));
            long got = takeOn(size, id, Long.parseLong(node.group(2)));
            lacking(lacking, "node " + id, Long.parseLong(node.group(2)), got);
            pages += got;
        }
        long bytes = pages * size.bytes();
        long metadata = thinned ? pages * PageSize.SIZE_4K.bytes() : bytes / 64;
        setAsides.add(new SetAside((size == defaultSize ? "" : "hugepagesz=" + size.label() + " ") + word, List.of(),
                bytes, freeBytes() - pooledBytes(), metadata, "%d huge pages of %s that only hugetlb hands out; %s%s"
                        .formatted(pages, size.label(), thinned
                                ? "hugetlb_free_vmemmap leaves them 4K of struct pages each (Linux 5.18 and later)"
                                : "all their struct pages are made", lacking)));
    }

    private static void lacking(StringBuilder text, String where, long wanted, long got) {
        if (got < wanted) {
            text.append("; ").append(where).append(" has room for ").append(got).append(" of the ").append(wanted);
        }
    }

    private long take(PageSize size, long wanted) {
        long pages = 0;
        for (int node : nodes()) {
            pages += takeOn(size, node, wanted - pages);
        }
        return pages;
    }

    private long takeOn(PageSize size, int node, long wanted) {
        long whole = 0;
        long bytes = -pooledByNode.getOrDefault(node, 0L);
        for (Machine.Free range : free) {
            if (range.node() == node) {
                whole += Math.max(0, (Section.alignDown(range.end(), size.bytes())
                        - Section.alignUp(range.start(), size.bytes())) / size.bytes());
                bytes += range.end() - range.start();
            }
        }
        long pages = Math.min(wanted, Math.min(whole, bytes / size.bytes()));
        pooledByNode.merge(node, pages * size.bytes(), Long::sum);
        return pages;
    }

    private List<Integer> nodes() {
        return free.stream().map(Machine.Free::node).distinct().sorted().toList();
    }

    private long freeBytes() {
        return free.stream().mapToLong(range -> range.end() - range.start()).sum();
    }

    private long pooledBytes() {
        return pooledByNode.values().stream().mapToLong(Long::longValue).sum();
    }

    private static Optional<PageSize> size(@Nullable String value) {
        return Optional.ofNullable(value).flatMap(MemorySize::tryParse).flatMap(PageSize::ofBytes)
                .filter(size -> size != PageSize.SIZE_4K);
    }
}
