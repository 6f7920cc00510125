package org.dmemfs.reserve.memblock;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The resource tree as {@code /proc/iomem} prints it. What lies inside what is told by the addresses, not by the
 * indentation, which does not survive every copy.
 */
final class ResourceTree {
    private static final Pattern LINE = Pattern.compile("\\s*([0-9a-fA-F]{1,16})-([0-9a-fA-F]{1,16})\\s*:\\s*(.*)");
    private static final String SYSTEM_RAM = "System RAM";

    private final List<Resource> resources = new ArrayList<>();
    private final List<String> unreadable = new ArrayList<>();

    private record Resource(long start, long end, String name) {
        boolean contains(Resource other) {
            return start <= other.start && other.end <= end;
        }
    }

    ResourceTree(List<String> lines) {
        for (String line : lines) {
            if (line.isBlank()) {
                continue;
            }
            Matcher matcher = LINE.matcher(line);
            if (matcher.matches()) {
                add(line, Long.parseUnsignedLong(matcher.group(1), 16), Long.parseUnsignedLong(matcher.group(2), 16),
                        Excerpt.of(matcher.group(3)));
            } else {
                unreadable.add(line);
            }
        }
    }

    /** Whether no line is a resource: the text is something else. */
    boolean isEmpty() {
        return resources.isEmpty();
    }

    /** Whether the kernel hid the addresses, as it does from users without CAP_SYS_ADMIN. */
    boolean isHidden() {
        return !resources.isEmpty()
                && resources.stream().allMatch(resource -> resource.start() == 0 && resource.end() == 1);
    }

    /** Adds the tree to a draft: what is at the top as areas, what lies inside System RAM as occupied. */
    void describe(MachineDraft draft) {
        if (!unreadable.isEmpty()) {
            draft.notice(unreadable.size() + " lines are no resources and were left out, the first being \""
                    + Excerpt.of(unreadable.getFirst()) + "\"");
        }
        Deque<Resource> open = new ArrayDeque<>();
        long imageStart = Long.MAX_VALUE;
        long imageEnd = 0;
        long covered = 0;
        for (Resource resource : sorted()) {
            while (!open.isEmpty() && !open.peek().contains(resource)) {
                open.pop();
            }
            if (open.isEmpty()) {
                top(draft, resource, covered);
                covered = Math.max(covered, resource.end());
            } else if (open.peekLast().name().equals(SYSTEM_RAM)) {
                // The image is one reservation; between its parts is nothing that memblock would hand out.
                if (resource.name().startsWith("Kernel ")) {
                    imageStart = Math.min(imageStart, resource.start());
                    imageEnd = Math.max(imageEnd, resource.end());
                } else {
                    draft.occupied(resource.start(), resource.end(), resource.name());
                }
            }
            open.push(resource);
        }
        if (imageEnd > 0) {
            draft.occupied(imageStart, imageEnd, "Kernel image");
        }
    }

    private void top(MachineDraft draft, Resource resource, long covered) {
        if (resource.start() < covered) {
            draft.notice("%x-%x : %s overlaps what stands before it: its first 0x%x bytes were left out".formatted(
                    resource.start(), resource.end() - 1, resource.name(),
                    Math.min(covered, resource.end()) - resource.start()));
        }
        long start = Math.max(resource.start(), covered);
        if (start >= resource.end()) {
            return;
        }
        draft.area(start, resource.end(), ResourceName.kindOf(resource.name()), resource.name());
        if (ResourceName.isHotAdded(resource.name())) {
            draft.occupied(start, resource.end(), resource.name());
            draft.notice("%x-%x : %s was added after boot: dmem= cannot reach it".formatted(start, resource.end() - 1,
                    resource.name()));
        }
    }

    private List<Resource> sorted() {
        return resources.stream().sorted(
                Comparator.comparingLong(Resource::start).thenComparing(Resource::end, Comparator.reverseOrder()))
                .toList();
    }

    private void add(String line, long start, long last, String name) {
        if (start < 0 || last < start || last >= Section.ADDRESS_LIMIT) {
            unreadable.add(line);
        } else {
            resources.add(new Resource(start, last + 1, name));
        }
    }
}
