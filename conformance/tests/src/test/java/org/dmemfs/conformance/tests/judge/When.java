package org.dmemfs.conformance.tests.judge;

import java.util.List;

/** The conditions of the rows of {@link Difference}: what was asked, on what, and both answers. */
final class When {
    private When() {
    }

    static boolean privateMapping(Occurrence each) {
        return each.call() instanceof Call.Mmap mmap && !mmap.shared() && each.answered("ok", "EINVAL");
    }

    static boolean lengthInPartsOfPages(Occurrence each) {
        return each.call() instanceof Call.Mmap mmap && cuts(each, mmap.bytes()) && each.answered("ok", "EINVAL");
    }

    static boolean mappingExtendsTheFile(Occurrence each) {
        return each.call() instanceof Call.Mmap mmap && mmap.access() == Access.READ_WRITE
                && each.answered("ok", "ok") && each.host().pieces().equals(each.model().pieces())
                && each.host().fileBytes() > each.model().fileBytes();
    }

    static boolean refusedBeforeTheOldIsGone(Occurrence each) {
        return each.call() instanceof Call.Mmap mmap && cuts(each, mmap.bytes()) && each.answered("EINVAL", "EINVAL")
                && each.modelUnchanged();
    }

    static boolean protectionChange(Occurrence each) {
        return each.call() instanceof Call.Mprotect && each.answered("ok", "EINVAL");
    }

    static boolean protectionChangeBeforeAHole(Occurrence each) {
        return each.call() instanceof Call.Mprotect protect && each.answered("ENOMEM", "EINVAL")
                && each.modelUnchanged() && isMapped(each, protect.offset());
    }

    static boolean move(Occurrence each) {
        return each.call() instanceof Call.MremapTo && each.answered("ok", "EINVAL");
    }

    static boolean growth(Occurrence each) {
        return each.call() instanceof Call.Mremap grow && grow.oldEnd() < grow.keptEnd()
                && each.answered("ok", "EINVAL");
    }

    static boolean growthWithoutRoom(Occurrence each) {
        return each.call() instanceof Call.Mremap grow && grow.oldEnd() < grow.keptEnd()
                && each.answered("ENOMEM", "EINVAL");
    }

    static boolean beyondTheMapping(Occurrence each) {
        return each.call() instanceof Call.Resize resize && resize.oldBytes() > 0
                && each.answered("EFAULT", "EINVAL") && isMapped(each, resize.offset())
                && !Piece.has(each.before().pieces(), resize.offset(), resize.oldEnd());
    }

    static boolean shrinkAtACutPage(Occurrence each) {
        return each.call() instanceof Call.Mremap shrink && shrink.oldEnd() >= shrink.keptEnd()
                && cuts(each, shrink.offset()) && each.answered("EINVAL", "ok");
    }

    static boolean resizeByPartsOfPages(Occurrence each) {
        return each.call() instanceof Call.Mremap resize
                && (cuts(each, resize.oldBytes()) || cuts(each, resize.newBytes())) && each.answered("ok", "EINVAL");
    }

    static boolean inCore(Occurrence each) {
        return each.call() instanceof Call.Mincore && each.hostAnswer().startsWith("ok ")
                && each.modelAnswer().matches("ok \\d+x1");
    }

    static boolean sizeInPartsOfPages(Occurrence each) {
        return each.call() instanceof Call.Truncate truncate && cuts(each, truncate.bytes())
                && each.answered("ok", "EINVAL");
    }

    static boolean shrinkOfAHole(Occurrence each) {
        return each.call() instanceof Call.Mremap shrink && shrink.oldEnd() >= shrink.keptEnd()
                && each.answered("EFAULT", "ok") && !isMapped(each, shrink.offset());
    }

    static boolean holeBeforeACutPage(Occurrence each) {
        return each.call() instanceof Call.Resize resize && resize.oldBytes() > 0
                && each.answered("EFAULT", "EINVAL") && !isMapped(each, resize.offset());
    }

    static boolean unmappedBeforeTheRefusal(Occurrence each) {
        if (!(each.call() instanceof Call.MremapTo move) || !each.hostAnswer().equals(each.modelAnswer())
                || !each.hostUnchanged()) {
            return false;
        }
        List<Piece> withoutTarget = Piece.without(each.before().pieces(), move.newOffset(), move.newEnd());
        List<Piece> withoutBoth = Piece.without(withoutTarget, move.keptEnd(), move.oldEnd());
        return List.of(withoutTarget, withoutBoth).contains(each.model().pieces());
    }

    static boolean moveOfSeveral(Occurrence each) {
        return each.call() instanceof Call.MremapTo move
                && move.oldEnd() - move.offset() == move.newEnd() - move.newOffset() && each.answered("ok", "EFAULT");
    }

    private static boolean cuts(Occurrence each, long bytes) {
        return bytes % each.pair().page().bytes() != 0;
    }

    private static boolean isMapped(Occurrence each, long offset) {
        return Piece.has(each.before().pieces(), offset);
    }
}
