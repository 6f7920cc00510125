package org.dmemfs.reserve.memblock;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.dmemfs.reserve.FrameKind;

/**
 * The kernel log of another x86 machine, saved by {@code dmesg}, the journal or syslog, with whatever prefixes they put
 * before the kernel's words: the map that firmware handed over, and what the kernel told of its own memory. Of several
 * boots in one log the last one counts.
 */
final class DmesgLog {
    private static final Pattern ESCAPES = Pattern.compile("\u001b\\[[0-9;]*[A-Za-z]");
    private static final Pattern BOOT = Pattern.compile("\\bLinux version [0-9]");
    private static final Pattern ANY = Pattern
            .compile(
                    "\\bLinux version [0-9]|\\bommand line: |BIOS-e820:|Xen: \\[mem |SRAT: Node |Early memory node ranges");
    private static final String MAP = "(?:BIOS-e820|BIOS-e801|BIOS-88|Xen(?:-e820)?): ";
    private static final Pattern MAP_LINE = Pattern.compile(MAP + "(.*)");
    /** The end is the last byte; the newest kernels put the size before the type. */
    private static final Pattern MAP_RANGE = Pattern.compile(MAP
            + "\\[mem 0x([0-9a-f]{1,16})-0x([0-9a-f]{1,16})\\]\\s+(?:[0-9.]+\\s*[KMGTP]?i?B?\\s+)?(\\S.*)");
    /** Before Linux 3.5: the end is the first byte after the range. */
    private static final Pattern OLD_MAP_RANGE = Pattern
            .compile(MAP + "([0-9a-f]{1,16}) - ([0-9a-f]{1,16}) \\((.*)\\)");
    private static final Pattern UPDATE = Pattern.compile(
            "e820: update \\[mem 0x([0-9a-f]{1,16})-0x([0-9a-f]{1,16})\\] (?:usable|System RAM) ==> (?:reserved|device reserved)");
    private static final Pattern OLD_UPDATE = Pattern.compile(
            "e820 update range: ([0-9a-f]{1,16}) - ([0-9a-f]{1,16}) \\(usable\\) ==> \\(reserved\\)");
    private static final Pattern COMMAND_LINE = Pattern.compile("\\b(?:Kernel c|C)ommand line: (.*)");
    private static final Pattern RAMDISK = Pattern
            .compile("\\bRAMDISK: \\[mem 0x([0-9a-f]{1,16})-0x([0-9a-f]{1,16})\\]");
    private static final Pattern NODE_DATA = Pattern
            .compile("\\bNODE_DATA(\\([0-9]+\\))? (?:allocated )?\\[mem 0x([0-9a-f]{1,16})-0x([0-9a-f]{1,16})\\]");
    private static final Pattern CRASH_KERNEL = Pattern.compile("\\bReserving ([0-9]{1,7})MB of (?:low )?memory at"
            + " ([0-9]{1,9})MB for crashkernel");
    private static final Pattern NEW_CRASH_KERNEL = Pattern
            .compile("\\bcrashkernel (?:low memory )?reserved: 0x([0-9a-f]{1,16}) - 0x([0-9a-f]{1,16})");

    private final List<E820Line> map = new ArrayList<>();
    private final List<E820Line> updates = new ArrayList<>();
    private final List<Machine.Occupied> occupied = new ArrayList<>();
    private final List<String> unreadable = new ArrayList<>();
    private final NodeLog nodes = new NodeLog();
    private Optional<String> commandLine = Optional.empty();
    private int boots;

    private record E820Line(long start, long end, E820Type type) {
    }

    private DmesgLog() {
    }

    /** Whether lines are a kernel log at all. */
    static boolean isOne(List<String> lines) {
        return lines.stream().anyMatch(line -> ANY.matcher(line).find());
    }

    /**
     * Reads a log.
     *
     * @throws org.dmemfs.kernel.ErrnoException EINVAL where its memory map is missing or has no RAM
     */
    static Machine read(String source, List<String> lines) {
        int lastBoot = 0;
        DmesgLog log = new DmesgLog();
        for (int index = 0; index < lines.size(); index++) {
            if (BOOT.matcher(lines.get(index)).find()) {
                lastBoot = index;
                log.boots++;
            }
        }
        lines.subList(lastBoot, lines.size()).forEach(line -> log.line(ESCAPES.matcher(line).replaceAll("")));
        return log.machine(source);
    }

    private void line(String line) {
        if (mapLine(line) || nodes.line(line)) {
            return;
        }
        Matcher matcher = COMMAND_LINE.matcher(line);
        if (matcher.find()) {
            commandLine = commandLine.or(() -> Optional.of(matcher.group(1).strip()));
        }
        range(UPDATE, line, 1, 1).ifPresent(range -> updates.add(range));
        range(OLD_UPDATE, line, 1, 0).ifPresent(range -> updates.add(range));
        range(RAMDISK, line, 1, 1).ifPresent(range -> occupied(range, "RAMDISK"));
        range(NODE_DATA, line, 2, 1).ifPresent(range -> occupied(range, "Node data"));
        range(NEW_CRASH_KERNEL, line, 1, 0).ifPresent(range -> occupied(range, "Crash kernel"));
        Matcher crash = CRASH_KERNEL.matcher(line);
        if (crash.find()) {
            long start = Long.parseLong(crash.group(2)) << 20;
            occupied.add(new Machine.Occupied(start, start + (Long.parseLong(crash.group(1)) << 20), "Crash kernel"));
        }
    }

    private boolean mapLine(String line) {
        if (!MAP_LINE.matcher(line).find()) {
            return false;
        }
        Matcher current = MAP_RANGE.matcher(line);
        Matcher old = OLD_MAP_RANGE.matcher(line);
        Optional<E820Line> range = current.find()
                ? LogRange.of(current, 1, 1).map(read -> new E820Line(read.start(), read.end(), type(current.group(3))))
                : old.find()
                        ? LogRange.of(old, 1, 0).map(read -> new E820Line(read.start(), read.end(), type(old.group(3))))
                        : Optional.empty();
        range.ifPresentOrElse(map::add, () -> unreadable.add(line));
        return true;
    }

    /** What is not known by name is not RAM, and firmware's. */
    private static E820Type type(String name) {
        return E820Type.named(name.strip()).orElse(E820Type.RESERVED);
    }

    private static Optional<E820Line> range(Pattern pattern, String line, int group, int lastByte) {
        Matcher matcher = pattern.matcher(line);
        return matcher.find()
                ? LogRange.of(matcher, group, lastByte)
                        .map(range -> new E820Line(range.start(), range.end(), E820Type.RESERVED))
                : Optional.empty();
    }

    private void occupied(E820Line range, String name) {
        occupied.add(new Machine.Occupied(range.start(), range.end(), name));
    }

    private Machine machine(String source) {
        MachineDraft draft = new MachineDraft();
        if (boots > 1) {
            draft.notice("The log has " + boots + " boots: the last one is taken");
        }
        if (!unreadable.isEmpty()) {
            draft.notice(
                    unreadable.size() + " lines of the memory map cannot be read and were left out, the first being \""
                            + Excerpt.of(unreadable.getFirst()) + "\"");
        }
        String what = source + " as a kernel log";
        RangeMap<E820Type> types = types();
        if (types.pieces().stream().anyMatch(piece -> piece.value() == E820Type.RAM)) {
            types.pieces().forEach(piece -> draft.area(piece.start(), piece.end(), piece.value().kind(),
                    piece.value().resource()));
        } else if (!nodes.early().isEmpty()) {
            draft.notice(
                    "The log has no BIOS-e820 lines with RAM: the map is the kernel's early memory node ranges, which"
                            + " its own mem= and memmap= have cut already");
            nodes.early().forEach(range -> draft.area(range.start(), range.end(), FrameKind.RAM, "System RAM"));
        }
        occupied.forEach(range -> draft.occupied(range.start(), range.end(), range.name()));
        commandLine.ifPresent(draft::commandLine);
        if (draft.hasRam()) {
            draft.notice("A kernel log does not say where the kernel's image lies: it is taken as free");
            return draft.build(what, nodes.describe(draft));
        }
        return draft.build(what + " without its beginning, the BIOS-e820 lines,");
    }

    /** Ranges in any order, overlapping or not: the higher type counts, as in the kernel. */
    private RangeMap<E820Type> types() {
        RangeMap<E820Type> types = new RangeMap<>();
        map.stream().sorted((left, right) -> left.type().compareTo(right.type()))
                .forEach(line -> types.paint(line.start(), line.end(), line.type()));
        updates.forEach(update -> types.within(update.start(), update.end()).stream()
                .filter(piece -> piece.value() == E820Type.RAM)
                .forEach(piece -> types.paint(piece.start(), piece.end(), E820Type.RESERVED)));
        return types;
    }
}
