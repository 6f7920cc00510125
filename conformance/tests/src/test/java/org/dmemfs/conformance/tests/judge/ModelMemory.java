package org.dmemfs.conformance.tests.judge;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.dmemfs.felix.launcher.FelixMachine;
import org.dmemfs.fs.Dmemfs;
import org.dmemfs.fs.Mount;
import org.dmemfs.fs.OpenFile;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.mm.AddressSpace;
import org.dmemfs.mm.AddressSpaces;
import org.dmemfs.mm.MapFlag;
import org.dmemfs.mm.MemoryCalls;
import org.dmemfs.mm.RemapFlag;
import org.dmemfs.mm.SignalException;
import org.dmemfs.mm.SystemCalls;
import org.dmemfs.mm.Task;
import org.dmemfs.mm.VmFlag;
import org.dmemfs.mm.Vma;
import org.jspecify.annotations.Nullable;

/** The model's side: a task of a machine, and a file of a dmemfs of its own. */
final class ModelMemory implements Memory {
    /** A multiple of every page size. */
    private static final long BASE = 1L << 40;

    private final Task task;
    private final AddressSpace space;
    private final MemoryCalls calls;
    private final @Nullable Mount mount;
    private final @Nullable OpenFile file;

    ModelMemory(FelixMachine machine, Pair pair) {
        mount = pair.hasFile()
                ? machine.service(Dmemfs.class).mount("/judged", "pagesize=" + pair.page().label())
                : null;
        file = mount == null ? null : mount.create("/judged");
        task = machine.service(AddressSpaces.class).newTask("judged", 0);
        space = task.addressSpace();
        calls = machine.service(SystemCalls.class).of(task);
    }

    @Override
    public String answer(Call call) {
        try {
            return "ok" + act(call);
        } catch (ErrnoException refused) {
            return refused.errno().name();
        } catch (SignalException signal) {
            return "EFAULT";
        }
    }

    private String act(Call call) {
        switch (call) {
            case Call.Mmap(long offset, long bytes, Access access, boolean shared, long fileOffset) -> {
                Set<MapFlag> flags = EnumSet.of(MapFlag.FIXED, shared ? MapFlag.SHARED : MapFlag.PRIVATE);
                if (file == null) {
                    flags.add(MapFlag.ANONYMOUS);
                }
                space.mmap(BASE + offset, bytes, access.protection(), flags, file, fileOffset);
            }
            case Call.Munmap(long offset, long bytes) -> space.munmap(BASE + offset, bytes);
            case Call.Mprotect(long offset, long bytes, Access access) ->
                space.mprotect(BASE + offset, bytes, access.protection());
            case Call.Mremap(long offset, long oldBytes, long newBytes) ->
                calls.mremap(BASE + offset, oldBytes, newBytes, Set.of(), 0);
            case Call.MremapTo(long offset, long oldBytes, long newBytes, long newOffset) ->
                calls.mremap(BASE + offset, oldBytes, newBytes, EnumSet.allOf(RemapFlag.class), BASE + newOffset);
            case Call.Mincore(long offset, long bytes) -> {
                return Vector.text(calls.mincore(BASE + offset, bytes));
            }
            case Call.Truncate(long bytes) -> truncate(bytes);
            case Call.Load(long offset) -> {
                return " " + space.loadLong(BASE + offset);
            }
            case Call.Store(long offset, long value) -> space.storeLong(BASE + offset, value);
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
        List<Piece> pieces = space.vmas().stream().map(ModelMemory::piece).toList();
        return new State(Piece.merged(pieces), file == null ? 0 : file.size());
    }

    private static Piece piece(Vma vma) {
        boolean shared = vma.has(VmFlag.SHARED);
        return new Piece(vma.start() - BASE, vma.end() - vma.start(), Access.of(vma), shared,
                vma.file().isPresent() ? vma.pageOffset() << 12 : 0);
    }

    @Override
    public void close() {
        task.close();
        if (file != null) {
            file.close();
        }
        if (mount != null) {
            mount.close();
        }
    }
}
