package org.dmemfs.conformance.tests.judge;

import java.util.List;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.linux.HostAddressSpace;
import org.dmemfs.linux.HostAddressSpaces;
import org.dmemfs.linux.HostFile;
import org.jspecify.annotations.Nullable;

/** The host's side. */
final class HostMemoryOfPair implements Memory {
    private final Pair pair;
    private final HostAddressSpace space;
    private final @Nullable HostFile file;

    HostMemoryOfPair(HostAddressSpaces spaces, Pair pair) {
        this.pair = pair;
        space = spaces.reserve(pair.windowBytes(), pair.page());
        file = pair.hasFile() ? spaces.create("judged", pair.page()) : null;
    }

    @Override
    public String answer(Call call) {
        try {
            return "ok" + act(call);
        } catch (ErrnoException refused) {
            return refused.errno().name();
        }
    }

    private String act(Call call) {
        switch (call) {
            case Call.Mmap(long offset, long bytes, Access access, boolean shared, long fileOffset) -> {
                if (file == null) {
                    space.mmapAnonymous(offset, bytes, access.hostProtection(), shared);
                } else {
                    space.mmap(offset, bytes, access.hostProtection(), shared, file, fileOffset);
                }
            }
            case Call.Munmap(long offset, long bytes) -> space.munmap(offset, bytes);
            case Call.Mprotect(long offset, long bytes, Access access) ->
                space.mprotect(offset, bytes, access.hostProtection());
            case Call.Mremap(long offset, long oldBytes, long newBytes) -> space.mremap(offset, oldBytes, newBytes);
            case Call.MremapTo(long offset, long oldBytes, long newBytes, long newOffset) ->
                space.mremapTo(offset, oldBytes, newBytes, newOffset);
            case Call.Mincore(long offset, long bytes) -> {
                return Vector.text(space.mincore(offset, bytes));
            }
            case Call.Truncate(long bytes) -> truncate(bytes);
            case Call.Load(long offset) -> {
                return " " + space.load(offset);
            }
            case Call.Store(long offset, long value) -> space.store(offset, value);
        }
        return "";
    }

    private void truncate(long bytes) {
        if (file != null) {
            file.truncate(bytes);
        }
    }

    @Override
    public State state() {
        List<Piece> pieces = space.mappings().stream().map(mapping -> new Piece(mapping.offset(), mapping.bytes(),
                Access.of(mapping.protection()), mapping.shared(), mapping.fileOffset())).toList();
        return new State(Piece.merged(pieces), file == null ? 0 : file.bytes());
    }

    /** Makes it what the other side is; its bytes are those of the file. */
    void become(State state) {
        space.munmap(0, pair.windowBytes());
        if (file != null) {
            for (Piece piece : state.pieces()) {
                space.mmap(piece.offset(), piece.bytes(), piece.access().hostProtection(), piece.shared(), file,
                        piece.fileOffset());
            }
            file.truncate(state.fileBytes());
        }
    }

    @Override
    public void close() {
        space.close();
        if (file != null) {
            file.close();
        }
    }
}
