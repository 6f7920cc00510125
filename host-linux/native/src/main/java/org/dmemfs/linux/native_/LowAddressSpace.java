package org.dmemfs.linux.native_;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Set;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.linux.HostAddressSpace;
import org.dmemfs.linux.HostFile;
import org.dmemfs.linux.HostMapping;
import org.dmemfs.linux.HostProtection;

/** Addresses that the kernel gives to nobody by itself; see {@link LowAddresses}. */
final class LowAddressSpace implements HostAddressSpace {
    private static final int MAP_SHARED = 0x01;
    private static final int MAP_PRIVATE = 0x02;
    private static final int MAP_FIXED = 0x10;
    private static final int MAP_ANONYMOUS = 0x20;
    private static final int MAP_NORESERVE = 0x4000;
    private static final int MREMAP_MAYMOVE_FIXED = 3;

    private final LibC libc;
    private final ProcessMemory memory;
    private final long base;
    private final long bytes;
    private final PageSize alignment;
    private final Runnable released;
    private final PieceEnds pieces = new PieceEnds();
    private boolean closed;

    LowAddressSpace(LibC libc, long base, long bytes, PageSize alignment, Runnable released) {
        this.libc = libc;
        this.memory = new ProcessMemory(libc);
        this.base = base;
        this.bytes = bytes;
        this.alignment = alignment;
        this.released = released;
    }

    @Override
    public long bytes() {
        return bytes;
    }

    @Override
    public synchronized void mmap(long offset, long length, Set<HostProtection> protection, boolean shared,
            HostFile file, long fileOffset) {
        if (!(file instanceof ResizableFile ours)) {
            throw new ErrnoException(Errno.EINVAL, "the file was not created by this host's HostAddressSpaces service");
        }
        if (file.backing().compareTo(alignment) > 0) {
            throw new ErrnoException(Errno.EINVAL, "a file of " + file.backing().label()
                    + " is not mapped into an address space aligned to " + alignment.label());
        }
        long end = end(offset, length);
        pieces.addAround(offset, end);
        int flags = MAP_FIXED | MAP_NORESERVE | (shared ? MAP_SHARED : MAP_PRIVATE);
        HostAnswer.check(ours.mapAt(base + offset, length, bits(protection), flags, fileOffset), "mmap");
        pieces.forgetWithin(offset, end);
    }

    @Override
    public synchronized void mmapAnonymous(long offset, long length, Set<HostProtection> protection, boolean shared) {
        long end = end(offset, length);
        pieces.addAround(offset, end);
        int flags = MAP_FIXED | MAP_ANONYMOUS | (shared ? MAP_SHARED : MAP_PRIVATE);
        HostAnswer.check(libc.mmap(base + offset, length, bits(protection), flags, -1, 0), "mmap");
        pieces.forgetWithin(offset, end);
    }

    @Override
    public synchronized void munmap(long offset, long length) {
        long end = end(offset, length);
        pieces.addAround(offset, end);
        HostAnswer.check(libc.munmap(base + offset, length), "munmap");
        pieces.forgetWithin(offset, end);
    }

    @Override
    public synchronized void mprotect(long offset, long length, Set<HostProtection> protection) {
        pieces.add(offset, end(offset, length));
        HostAnswer.check(libc.mprotect(base + offset, length, bits(protection)), "mprotect");
    }

    @Override
    public synchronized void mremap(long offset, long oldBytes, long newBytes) {
        pieces.add(offset, end(offset, oldBytes));
        pieces.add(offset, end(offset, newBytes));
        HostAnswer.check(libc.mremap(base + offset, oldBytes, newBytes, 0, 0), "mremap");
    }

    @Override
    public synchronized void mremapTo(long offset, long oldBytes, long newBytes, long newOffset) {
        pieces.add(offset, end(offset, oldBytes));
        pieces.add(offset, end(offset, newBytes));
        pieces.add(newOffset, end(newOffset, newBytes));
        HostAnswer.check(libc.mremap(base + offset, oldBytes, newBytes, MREMAP_MAYMOVE_FIXED, base + newOffset),
                "mremap");
    }

    @Override
    public synchronized byte[] mincore(long offset, long length) {
        end(offset, length);
        long pages = Math.ceilDiv(length, PageSize.SIZE_4K.bytes());
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment vector = arena.allocate(Math.max(1, pages));
            HostAnswer.check(libc.mincore(base + offset, length, vector), "mincore");
            return vector.asSlice(0, pages).toArray(JAVA_BYTE);
        }
    }

    @Override
    public synchronized long load(long offset) {
        checkWord(offset);
        return memory.load(base + offset);
    }

    @Override
    public synchronized void store(long offset, long value) {
        checkWord(offset);
        memory.store(base + offset, value);
    }

    private void checkWord(long offset) {
        open();
        if (offset < 0 || offset > bytes - Long.BYTES) {
            throw new ErrnoException(Errno.EINVAL,
                    "8 bytes at offset %d are not inside the address space of %d bytes".formatted(offset, bytes));
        }
    }

    @Override
    public synchronized List<HostMapping> mappings() {
        open();
        return ProcessMappings.within(base, base + bytes);
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            HostAnswer.check(libc.munmap(base, bytes), "munmap of the whole address space");
            released.run();
        }
    }

    /** The end of a range that is inside even where the host rounds its length up to a page of hugetlbfs. */
    private long end(long offset, long length) {
        open();
        long unit = alignment.bytes();
        if (offset < 0 || length < 0 || length > bytes || offset > bytes - Math.ceilDiv(length, unit) * unit) {
            throw new ErrnoException(Errno.EINVAL,
                    "%d bytes at offset %d, rounded up to %s, are not inside the address space of %d bytes"
                            .formatted(length, offset, alignment.label(), bytes));
        }
        return offset + length;
    }

    private void open() {
        if (closed) {
            throw new ErrnoException(Errno.ENODEV, "the address space of " + bytes + " bytes is closed");
        }
    }

    private static int bits(Set<HostProtection> protection) {
        int bits = 0;
        for (HostProtection each : protection) {
            bits |= 1 << each.ordinal();
        }
        return bits;
    }
}
