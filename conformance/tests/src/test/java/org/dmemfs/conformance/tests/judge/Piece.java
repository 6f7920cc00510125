package org.dmemfs.conformance.tests.judge;

import java.util.ArrayList;
import java.util.List;

/** A mapped piece of the range of addresses; {@code fileOffset} is 0 for private memory without a file. */
record Piece(long offset, long bytes, Access access, boolean shared, long fileOffset) {
    /** The same with neighbours that differ in nothing made one: when to merge VMAs is each side's own affair. */
    static List<Piece> merged(List<Piece> pieces) {
        List<Piece> merged = new ArrayList<>();
        for (Piece piece : pieces) {
            if (!merged.isEmpty() && merged.getLast().continuesWith(piece)) {
                Piece last = merged.removeLast();
                merged.add(new Piece(last.offset, last.bytes + piece.bytes, last.access, last.shared,
                        last.fileOffset));
            } else {
                merged.add(piece);
            }
        }
        return List.copyOf(merged);
    }

    private boolean continuesWith(Piece next) {
        return end() == next.offset && access == next.access && shared == next.shared
                && (!shared || fileOffset + bytes == next.fileOffset);
    }

    long end() {
        return offset + bytes;
    }

    /** Whether a byte is in one of the pieces. */
    static boolean has(List<Piece> pieces, long offset) {
        return pieces.stream().anyMatch(piece -> piece.offset <= offset && offset < piece.end());
    }

    /** Whether all of a range is in one of the pieces. */
    static boolean has(List<Piece> pieces, long start, long end) {
        return pieces.stream().anyMatch(piece -> piece.offset <= start && end <= piece.end());
    }

    /** What a munmap of a range leaves. */
    static List<Piece> without(List<Piece> pieces, long start, long end) {
        List<Piece> left = new ArrayList<>();
        for (Piece piece : pieces) {
            if (start >= end || piece.end() <= start || end <= piece.offset) {
                left.add(piece);
                continue;
            }
            if (piece.offset < start) {
                left.add(new Piece(piece.offset, start - piece.offset, piece.access, piece.shared, piece.fileOffset));
            }
            if (end < piece.end()) {
                left.add(new Piece(end, piece.end() - end, piece.access, piece.shared,
                        piece.shared ? piece.fileOffset + end - piece.offset : piece.fileOffset));
            }
        }
        return left;
    }

    @Override
    public String toString() {
        return "0x%x-0x%x %s %s 0x%x".formatted(offset, end(), access, shared ? "shared" : "private", fileOffset);
    }
}
