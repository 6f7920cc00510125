package org.dmemfs.reserve.memblock;

import java.util.ArrayList;
import java.util.List;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.MemorySize;
import org.dmemfs.reserve.FrameKind;
import org.dmemfs.reserve.SetAside;
import org.jspecify.annotations.Nullable;

/**
 * The parameters that edit the memory map before memblock is made from it, in the order of the command line:
 * {@code mem=}, {@code memmap=} with its indicators, {@code efi_fake_mem=}. A part that the kernel would refuse is left
 * out with its warning line. For one thread.
 */
final class MemoryParameters {
    private static final String NO_STRUCT_PAGE = "it has no struct page and is not in the direct map; only /dev/mem and"
            + " drivers that know the address reach it";
    private static final String SOFT = "soft-reserved, today's way to device-dax: 64 bytes of struct page for each 4K,"
            + " from Linux 5.19 on 8K for each page of 2M or 1G";
    private static final String MEMMAP_FORM = "nn@ss, nn#ss, nn$ss, nn!ss, nn%ss-old+new, nn or exactmap";
    private static final long SPECIAL_PURPOSE = 0x40000;
    private static final long STRUCT_PAGE_SHARE = 64;

    private final MapEdits edits;
    private final List<SetAside> setAsides = new ArrayList<>();
    private final List<String> notices = new ArrayList<>();

    /** The machine with its map edited, and what was done to it. */
    record Outcome(Machine machine, List<SetAside> setAsides, List<String> notices) {
    }

    private MemoryParameters(Machine machine) {
        edits = new MapEdits(machine);
    }

    /**
     * Applies them all.
     *
     * @throws ErrnoException EINVAL where they leave the kernel no RAM at all
     */
    static Outcome apply(Machine machine, KernelCommandLine commandLine) {
        MemoryParameters parameters = new MemoryParameters(machine);
        for (KernelCommandLine.Parameter parameter : commandLine.parameters()) {
            String value = parameter.value();
            switch (parameter.name().replace('-', '_')) {
                case "mem" -> parameters.mem(value);
                case "memmap" -> parameters.memmap(value);
                case "efi_fake_mem" -> parameters.efiFakeMem(value);
                default -> {
                    continue;
                }
            }
        }
        Machine edited = parameters.setAsides.isEmpty() ? machine : parameters.edits.machine();
        if (edited.ranges().stream().noneMatch(range -> range.kind() == FrameKind.RAM)) {
            throw new ErrnoException(Errno.EINVAL,
                    "the command line leaves the kernel no RAM: accepted is one whose mem= and memmap= leave some");
        }
        return new Outcome(edited, List.copyOf(parameters.setAsides), List.copyOf(parameters.notices));
    }

    private void mem(@Nullable String value) {
        MemorySize.Parsed limit = value == null ? new MemorySize.Parsed(0, 0) : MemorySize.memparse(value, 0);
        if (value == null || limit.bytes() == 0) {
            malformed("mem", value, "mem=SIZE above 0, the address where RAM ends for the kernel");
        } else {
            limit("mem=" + Excerpt.of(value), limit.bytes());
        }
    }

    private void memmap(@Nullable String value) {
        if (value == null) {
            malformed("memmap", null, MEMMAP_FORM);
            return;
        }
        for (String part : value.split(",", -1)) {
            memmapPart(part);
        }
    }

    private void memmapPart(String part) {
        String word = "memmap=" + Excerpt.of(part);
        if (part.equals("exactmap")) {
            step(word, 0, "the map that firmware gave is forgotten: only what later memmap=nn@ss name is RAM",
                    table -> table.removeAll(0, Section.ADDRESS_LIMIT));
            return;
        }
        MemorySize.Parsed size = MemorySize.memparse(part, 0);
        if (size.end() == 0) {
            malformed("memmap", part, MEMMAP_FORM);
            return;
        }
        char indicator = size.end() < part.length() ? part.charAt(size.end()) : 0;
        MemorySize.Parsed start = MemorySize.memparse(part, Math.min(size.end() + 1, part.length()));
        Span span = Span.of(start.bytes(), size.bytes());
        switch (indicator) {
            case '@' -> step(word, STRUCT_PAGE_SHARE, "RAM for the kernel whatever firmware says, with struct pages",
                    table -> table.add(span.start(), span.end(), E820Type.RAM.number()));
            case '#' -> step(word, 0, "kept as tables of ACPI; " + NO_STRUCT_PAGE,
                    table -> table.add(span.start(), span.end(), E820Type.ACPI.number()));
            case '$' -> step(word, 0, "reserved, no longer System RAM: " + NO_STRUCT_PAGE,
                    table -> table.add(span.start(), span.end(), E820Type.RESERVED.number()));
            case '!' -> step(word, STRUCT_PAGE_SHARE, "legacy persistent memory: a pmem device, whose driver makes a"
                    + " struct page for each 4K unless its namespace is raw",
                    table -> table.add(span.start(), span.end(), E820Type.LEGACY_PERSISTENT.number()));
            case '%' -> convert(word, part, span, start.end());
            default -> limit(word, size.bytes());
        }
        int end = indicator == 0 ? size.end() : start.end();
        if (indicator != '%' && end != part.length()) {
            malformed("memmap", part, MEMMAP_FORM + "; what stands before the mistake is in force");
        }
    }

    private void convert(String word, String part, Span span, int position) {
        long from = 0;
        long to = 0;
        int end = position;
        if (end < part.length() && part.charAt(end) == '-') {
            MemorySize.Parsed number = MemorySize.memparse(part, end + 1);
            from = number.bytes();
            end = number.end();
        }
        if (end < part.length() && part.charAt(end) == '+') {
            MemorySize.Parsed number = MemorySize.memparse(part, end + 1);
            to = number.bytes();
            end = number.end();
        }
        if (end != part.length()) {
            malformed("memmap", part, MEMMAP_FORM);
            return;
        }
        long old = from;
        long type = to;
        boolean soft = type == E820Type.SOFT_RESERVED.number();
        step(word, soft || type == E820Type.RAM.number() ? STRUCT_PAGE_SHARE : 0, soft
                ? SOFT
                : "type "
                        + (old == 0 ? "whatever it was" : Long.toString(old)) + " becomes "
                        + (type == 0
                                ? "nothing"
                                : E820Type.numbered(type).map(E820Type::resource).orElse("type " + type)),
                table -> {
                    if (type == 0 && old == 0) {
                        table.removeAll(span.start(), span.end());
                    } else if (type == 0) {
                        table.remove(span.start(), span.end(), old);
                    } else if (old == 0) {
                        table.add(span.start(), span.end(), type);
                    } else {
                        table.update(span.start(), span.end(), old, type);
                    }
                });
    }

    private void efiFakeMem(@Nullable String value) {
        int position = 0;
        while (value != null && position < value.length()) {
            int begin = position;
            MemorySize.Parsed size = MemorySize.memparse(value, position);
            MemorySize.Parsed start = behind(value, size.end(), '@');
            MemorySize.Parsed attribute = behind(value, start.end(), ':');
            if (attribute.end() == 0) {
                break;
            }
            position = attribute.end() + (value.startsWith(",", attribute.end()) ? 1 : 0);
            Span span = Span.of(start.bytes(), size.bytes());
            boolean special = (attribute.bytes() & SPECIAL_PURPOSE) != 0;
            step("efi_fake_mem=" + Excerpt.of(value.substring(begin, attribute.end())), special ? STRUCT_PAGE_SHARE : 0,
                    (special ? SOFT : "an attribute that sets no memory aside")
                            + "; kernels from 6.11 on no longer know the parameter: write memmap=nn%ss-1+0xefffffff",
                    table -> {
                        if (special) {
                            table.update(span.start(), span.end(), E820Type.RAM.number(),
                                    E820Type.SOFT_RESERVED.number());
                        }
                    });
        }
        if (value == null || position < value.length() || value.isEmpty()) {
            malformed("efi_fake_mem", value, "nn@ss:attribute, several with commas, such as 4G@9G:0x40000");
        }
    }

    private static MemorySize.Parsed behind(String text, int position, char indicator) {
        if (position == 0 || position >= text.length() || text.charAt(position) != indicator) {
            return new MemorySize.Parsed(0, 0);
        }
        MemorySize.Parsed number = MemorySize.memparse(text, position + 1);
        return number.end() == position + 1 ? new MemorySize.Parsed(0, 0) : number;
    }

    private void limit(String word, long bytes) {
        step(word, 0, "RAM at and above 0x%x is not in the kernel's map, on whatever node: %s".formatted(bytes,
                NO_STRUCT_PAGE), table -> {
                    if (bytes > 0 && bytes < Section.ADDRESS_LIMIT) {
                        table.remove(bytes, Section.ADDRESS_LIMIT, E820Type.RAM.number());
                    }
                });
    }

    private void step(String word, long share, String explanation, MapEdits.Edit edit) {
        MapEdits.Change change = edits.apply(edit);
        // What stays a device or becomes RAM has all its struct pages; otherwise those at the ends of cut sections stay.
        long metadata = share == 0
                ? change.metadataOfCutSections()
                : (change.takenBytes() + change.addedBytes()) / share;
        if (change.claimedBytes() > 0) {
            notices.add(word + " claims " + MemorySize.format(change.claimedBytes())
                    + " of RAM that the machine does not show: taken as the first node");
        }
        setAsides.add(new SetAside(word, change.taken(), change.takenBytes(), edits.ramBytes(), metadata, explanation));
    }

    private void malformed(String name, @Nullable String value, String accepted) {
        notices.add("Malformed early option '" + name + "': "
                + (value == null ? "it has no value" : "\"" + Excerpt.of(value) + "\"") + ": accepted is " + accepted);
    }

    /** Addresses as the kernel's u64, cut to those that x86-64 has. */
    private record Span(long start, long end) {
        static Span of(long start, long bytes) {
            long limit = Section.ADDRESS_LIMIT;
            if (start < 0 || start >= limit) {
                return new Span(limit, limit);
            }
            return new Span(start, bytes < 0 || bytes > limit - start ? limit : start + bytes);
        }
    }
}
