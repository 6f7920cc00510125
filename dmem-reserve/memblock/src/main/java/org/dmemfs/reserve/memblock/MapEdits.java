package org.dmemfs.reserve.memblock;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.dmemfs.reserve.FrameKind;
import org.dmemfs.reserve.MemoryRange;

/** A machine whose map is being edited: what each edit takes from the kernel, and the machine that comes out. */
final class MapEdits {
    private static final long FRAMES_SHARE = 64;

    private final Machine machine;
    private final RangeMap<MemoryRange> original = new RangeMap<>();
    private final E820Table table;

    /** A change of the map. */
    @FunctionalInterface
    interface Edit {
        void on(E820Table table);
    }

    /**
     * What an edit did.
     *
     * @param taken RAM that is no longer the kernel's
     * @param addedBytes RAM that it did not have before
     * @param claimedBytes of these, what the machine never showed as RAM
     * @param metadataOfCutSections struct pages of what was taken that are made all the same, since memory of the same
     *        section stays
     */
    record Change(List<MemoryRange> taken, long addedBytes, long claimedBytes, long metadataOfCutSections) {
        long takenBytes() {
            return taken.stream().mapToLong(MemoryRange::bytes).sum();
        }
    }

    MapEdits(Machine machine) {
        this.machine = machine;
        machine.ranges().stream().filter(range -> range.kind() == FrameKind.RAM)
                .forEach(range -> paint(original, range));
        table = new E820Table(machine.ranges());
    }

    Change apply(Edit edit) {
        RangeMap<Long> before = ram();
        edit.on(table);
        RangeMap<Long> after = ram();
        List<MemoryRange> taken = new ArrayList<>();
        for (RangeMap.Piece<Long> piece : minus(before, after)) {
            for (RangeMap.Piece<MemoryRange> part : original.within(piece.start(), piece.end())) {
                taken.add(with(part.value(), part.start(), part.end(), kindAt(part.start()), part.value().name()));
            }
        }
        List<RangeMap.Piece<Long>> added = minus(after, before);
        long known = added.stream().flatMap(piece -> original.within(piece.start(), piece.end()).stream())
                .mapToLong(piece -> piece.end() - piece.start()).sum();
        long addedBytes = added.stream().mapToLong(piece -> piece.end() - piece.start()).sum();
        return new Change(taken, addedBytes, addedBytes - known,
                taken.stream().mapToLong(range -> cutSections(range, after)).sum());
    }

    /** All RAM that the map has now. */
    long ramBytes() {
        return ram().pieces().stream().mapToLong(piece -> piece.end() - piece.start()).sum();
    }

    /** The machine with the map as it is now. */
    Machine machine() {
        RangeMap<MemoryRange> map = new RangeMap<>();
        for (MemoryRange range : machine.ranges()) {
            paint(map, range);
            if (!range.name().equals(E820Type.RAM.resource())) {
                continue;
            }
            paint(map, with(range, range.startPhysicalAddress(), range.endPhysicalAddress(), FrameKind.SET_ASIDE,
                    range.name()));
            table.within(range.startPhysicalAddress(), range.endPhysicalAddress())
                    .forEach(piece -> paint(map, typed(range, piece)));
        }
        int first = machine.topology().online().nth(0);
        for (RangeMap.Piece<Long> piece : table.pieces()) {
            RangeMap<Long> outside = new RangeMap<>();
            outside.paint(piece.start(), piece.end(), piece.value());
            original.within(piece.start(), piece.end()).forEach(part -> outside.erase(part.start(), part.end()));
            outside.pieces().stream().filter(part -> kind(part.value()) != FrameKind.SET_ASIDE)
                    .forEach(part -> paint(map, typed(new MemoryRange(0, 0, first, FrameKind.RAM, ""), part)));
        }
        return new Machine(machine.source(), map.pieces().stream()
                .map(piece -> with(piece.value(), piece.start(), piece.end(), piece.value().kind(),
                        piece.value().name()))
                .sorted(Comparator.comparingLong(MemoryRange::startPhysicalAddress)).toList(), machine.occupied(),
                machine.topology(), machine.notices(), machine.commandLine());
    }

    private FrameKind kindAt(long address) {
        return table.within(address, address + 1).stream().findFirst().map(piece -> kindOfRam(piece.value()))
                .orElse(FrameKind.SET_ASIDE);
    }

    private static FrameKind kind(long type) {
        FrameKind kind = E820Type.numbered(type).map(E820Type::kind).orElse(FrameKind.HOLE);
        return kind == FrameKind.HOLE ? FrameKind.SET_ASIDE : kind;
    }

    /** What was RAM stays memory, whatever the map calls it now: a driver may make pages for it later. */
    private static FrameKind kindOfRam(long type) {
        FrameKind kind = kind(type);
        return kind == FrameKind.DEVICE ? FrameKind.SET_ASIDE : kind;
    }

    private static MemoryRange typed(MemoryRange range, RangeMap.Piece<Long> piece) {
        FrameKind kind = range.name().isEmpty() ? kind(piece.value()) : kindOfRam(piece.value());
        // memblock_trim_memory: RAM counts in whole frames.
        long start = kind == FrameKind.RAM ? Section.alignUp(piece.start(), Section.FRAME_BYTES) : piece.start();
        long end = kind == FrameKind.RAM ? Section.alignDown(piece.end(), Section.FRAME_BYTES) : piece.end();
        return with(range, start, end, kind,
                E820Type.numbered(piece.value()).map(E820Type::resource).orElse("type " + piece.value()));
    }

    private static MemoryRange with(MemoryRange range, long start, long end, FrameKind kind, String name) {
        return new MemoryRange(start, end, range.node(), kind, name);
    }

    private static void paint(RangeMap<MemoryRange> map, MemoryRange range) {
        map.paint(range.startPhysicalAddress(), range.endPhysicalAddress(), range);
    }

    private RangeMap<Long> ram() {
        RangeMap<Long> ram = new RangeMap<>();
        table.pieces().stream().filter(piece -> piece.value() == E820Type.RAM.number())
                .forEach(piece -> ram.paint(piece.start(), piece.end(), piece.value()));
        return ram;
    }

    private static List<RangeMap.Piece<Long>> minus(RangeMap<Long> from, RangeMap<Long> what) {
        RangeMap<Long> left = new RangeMap<>();
        from.pieces().forEach(piece -> left.paint(piece.start(), piece.end(), piece.value()));
        what.pieces().forEach(piece -> left.erase(piece.start(), piece.end()));
        return left.pieces();
    }

    private static long cutSections(MemoryRange taken, RangeMap<Long> ram) {
        long firstSection = Section.alignDown(taken.startPhysicalAddress(), Section.BYTES);
        long lastSection = Section.alignDown(taken.endPhysicalAddress() - 1, Section.BYTES);
        long bytes = inSection(taken, firstSection, ram);
        return (lastSection == firstSection ? bytes : bytes + inSection(taken, lastSection, ram)) / FRAMES_SHARE;
    }

    private static long inSection(MemoryRange taken, long section, RangeMap<Long> ram) {
        return ram.within(section, section + Section.BYTES).isEmpty()
                ? 0
                : Math.min(taken.endPhysicalAddress(), section + Section.BYTES)
                        - Math.max(taken.startPhysicalAddress(), section);
    }
}
