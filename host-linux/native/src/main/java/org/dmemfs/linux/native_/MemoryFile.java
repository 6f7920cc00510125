package org.dmemfs.linux.native_;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.WeakHashMap;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.linux.MemoryKind;
import org.dmemfs.linux.SharedMemory;
import org.jspecify.annotations.Nullable;

/** A memfd with sealed size. */
final class MemoryFile implements SharedMemory {
    private static final int MFD_CLOEXEC = 1;
    private static final int MFD_ALLOW_SEALING = 2;
    private static final int MFD_HUGETLB = 4;
    private static final int MFD_HUGE_SHIFT = 26;
    private static final int F_SEAL_SEAL = 1;
    private static final int F_SEAL_SHRINK = 2;
    private static final int F_SEAL_GROW = 4;
    private static final int FALLOC_FL_KEEP_SIZE = 1;
    private static final int FALLOC_FL_PUNCH_HOLE = 2;
    private static final int NAME_BYTES = 249;
    private static final int CLOSED = -1;

    private final LibC libc;
    private final String name;
    private final long bytes;
    private final PageSize backing;
    private final MemoryKind kind;
    /** Held over every use of the descriptor: after a close its number may already name another file. */
    private final Object lock = new Object();
    /** Those that map it, or did. */
    private final Set<ReservedWindow> windows = Collections.newSetFromMap(new WeakHashMap<>());
    private final NavigableSet<Long> badPages = new TreeSet<>();
    private @Nullable Userfault userfault;
    private int descriptor;

    private MemoryFile(LibC libc, String name, long bytes, PageSize backing, MemoryKind kind, int descriptor) {
        this.libc = libc;
        this.name = name;
        this.bytes = bytes;
        this.backing = backing;
        this.kind = kind;
        this.descriptor = descriptor;
    }

    /** A memory that has no page yet, of whatever kind; taking them is the next step for all kinds but SPARSE. */
    static MemoryFile create(LibC libc, String name, long bytes, PageSize backing, MemoryKind kind) {
        Extent.size("the size of memory \"" + name + "\"", bytes, backing);
        int descriptor = descriptor(libc, name, backing);
        try {
            HostAnswer.check(libc.ftruncate(descriptor, bytes), "ftruncate to " + bytes + " bytes of \"" + name + "\"");
            // A process that opens the descriptor and truncates it would turn our next touch into a SIGBUS.
            HostAnswer.check(libc.addSeals(descriptor, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW),
                    "F_ADD_SEALS on \"" + name + "\"");
        } catch (ErrnoException refused) {
            libc.close(descriptor);
            throw refused;
        }
        return new MemoryFile(libc, name, bytes, backing, kind, descriptor);
    }

    /** A memfd of size 0 that can be sealed; of hugetlbfs where its page is not 4K. */
    static int descriptor(LibC libc, String name, PageSize backing) {
        int encoded = name.getBytes(StandardCharsets.UTF_8).length;
        if (encoded < 1 || encoded > NAME_BYTES || name.indexOf('\0') >= 0) {
            throw new ErrnoException(Errno.EINVAL, "the memory's name \"" + name.replace('\0', '?') + "\" of " + encoded
                    + " bytes is not 1 to " + NAME_BYTES + " bytes of UTF-8 without NUL");
        }
        int huge = backing == PageSize.SIZE_4K ? 0 : MFD_HUGETLB | backing.shift() << MFD_HUGE_SHIFT;
        return (int) HostAnswer.check(libc.memfdCreate(name, MFD_CLOEXEC | MFD_ALLOW_SEALING | huge),
                "memfd_create(\"" + name + "\", " + backing.label() + ")");
    }

    /** Takes the pages of a range; answers 0 or a negative error number. */
    long take(long offset, long length) {
        synchronized (lock) {
            long answer;
            do {
                answer = libc.fallocate(open(), 0, offset, length);
            } while (HostAnswer.is(answer, Errno.EINTR));
            return answer;
        }
    }

    /** Maps a range at a fixed address; answers the address or a negative error number. */
    long mapAt(long address, long length, int protection, int flags, long offset) {
        synchronized (lock) {
            return libc.mmap(address, length, protection, flags, open(), offset);
        }
    }

    /** Remembers who maps it; answers the bad pages of a range, ascending. */
    List<Long> mappedBy(ReservedWindow window, long offset, long length) {
        synchronized (lock) {
            windows.add(window);
            return List.copyOf(badPages.subSet(offset, offset + length));
        }
    }

    /** Who marks its bad pages; null while it has none. */
    @Nullable
    Userfault userfault() {
        synchronized (lock) {
            return userfault;
        }
    }

    /** From now on the page is bad for every window: for those that are told here, and for those that ask later. */
    List<ReservedWindow> addBadPage(long offset, Userfault by) {
        synchronized (lock) {
            open();
            userfault = by;
            badPages.add(offset);
            return List.copyOf(windows);
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public long bytes() {
        return bytes;
    }

    @Override
    public PageSize backing() {
        return backing;
    }

    @Override
    public MemoryKind kind() {
        return kind;
    }

    @Override
    public Path descriptorPath() {
        synchronized (lock) {
            return Path.of("/proc/" + ProcessHandle.current().pid() + "/fd/" + open());
        }
    }

    @Override
    public long allocatedBytes() {
        synchronized (lock) {
            return HostAnswer.check(libc.allocatedBytes(open()), "statx of memory \"" + name + "\"");
        }
    }

    @Override
    public void punch(long offset, long length) {
        if (kind != MemoryKind.SPARSE) {
            throw new ErrnoException(Errno.EOPNOTSUPP, "memory \"" + name + "\" is " + kind
                    + " and held in full until it is closed; only SPARSE memory is punched");
        }
        Extent.check("the punch", offset, length, "memory \"" + name + "\"", bytes, backing);
        synchronized (lock) {
            HostAnswer.check(
                    libc.fallocate(open(), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, offset, length),
                    "FALLOC_FL_PUNCH_HOLE of " + length + " bytes at " + offset + " of \"" + name + "\"");
        }
    }

    @Override
    public void close() {
        synchronized (lock) {
            if (descriptor != CLOSED) {
                libc.close(descriptor);
                descriptor = CLOSED;
            }
        }
    }

    @Override
    public String toString() {
        return "memory \"" + name + "\", " + kind + ", " + bytes + " bytes in pages of " + backing.label();
    }

    private int open() {
        if (descriptor == CLOSED) {
            throw new ErrnoException(Errno.ENODEV, "memory \"" + name + "\" is closed");
        }
        return descriptor;
    }
}
