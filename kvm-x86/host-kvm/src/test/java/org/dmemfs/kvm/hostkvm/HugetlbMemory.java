package org.dmemfs.kvm.hostkvm;

import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.linux.AddressWindow;
import org.dmemfs.linux.HostMemory;
import org.dmemfs.linux.SharedMemory;
import org.dmemfs.reserve.HostRange;
import org.dmemfs.reserve.MemoryBacking;
import org.dmemfs.reserve.PhysicalBytes;
import org.dmemfs.reserve.PhysicalMemory;
import org.dmemfs.reserve.PoisonedFrames;

/** RAM in huge pages of the host: the first 16 MiB of each of the first three GiB, and nothing between. */
final class HugetlbMemory implements PhysicalMemory, AutoCloseable {
    /** How many pages of 2M it takes. */
    static final long PAGES = 24;

    private static final int PIECES = 3;
    private static final int GIB_SHIFT = 30;
    private static final long PIECE_BYTES = PAGES / PIECES * PageSize.SIZE_2M.bytes();

    private final PoisonedFrames poisoned = new PoisonedFrames();
    private final SharedMemory memory;
    private final AddressWindow window;
    private final PhysicalBytes bytes;

    HugetlbMemory(HostMemory host) {
        memory = host.createHugetlb("guest-ram", PIECES * PIECE_BYTES, PageSize.SIZE_2M);
        window = host.reserve((long) PIECES << GIB_SHIFT, PageSize.SIZE_2M);
        for (long piece = 0; piece < PIECES; piece++) {
            window.map(piece << GIB_SHIFT, memory, piece * PIECE_BYTES, PIECE_BYTES);
        }
        bytes = new PhysicalBytes(window.segment(), poisoned);
    }

    @Override
    public MemoryBacking backing() {
        return MemoryBacking.HUGETLB;
    }

    @Override
    public String description() {
        return memory.name();
    }

    @Override
    public long hostBytes() {
        return memory.allocatedBytes();
    }

    @Override
    public PhysicalBytes bytes() {
        return bytes;
    }

    @Override
    public HostRange hostRange(long pfn, long count) {
        long address = pfn << PageSize.SIZE_4K.shift();
        long piece = address >> GIB_SHIFT;
        long inPiece = address - (piece << GIB_SHIFT);
        long length = count << PageSize.SIZE_4K.shift();
        if (piece >= PIECES || inPiece + length > PIECE_BYTES) {
            throw new ErrnoException(Errno.EINVAL, "%d frames from pfn 0x%x are not all RAM".formatted(count, pfn));
        }
        return new HostRange(memory, piece * PIECE_BYTES + inPiece, length);
    }

    @Override
    public boolean poison(long pfn) {
        return poisoned.add(pfn);
    }

    @Override
    public PoisonedFrames poisoned() {
        return poisoned;
    }

    @Override
    public void close() {
        window.close();
        memory.close();
    }
}
