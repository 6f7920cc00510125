package org.dmemfs.mm.mm;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.mm.MemoryType;
import org.dmemfs.mm.MemoryTypes;
import org.dmemfs.mm.Task;
import org.dmemfs.reserve.FrameKind;

/** The memory types that somebody reserved, per frame ({@code reserve_ram_pages_type} and its like). */
final class ReservedMemoryTypes implements MemoryTypes {
    private static final long PAGE_BYTES = 1L << Entries.PTE_SHIFT;
    /** As much as one reservation may name: a model of registers and buffers, not of whole machines. */
    private static final long LIMIT_PAGES = 1L << 20;

    private final Platform platform;
    private final ConcurrentMap<Long, MemoryType> reserved = new ConcurrentHashMap<>();

    ReservedMemoryTypes(Platform platform) {
        this.platform = platform;
    }

    @Override
    public MemoryType lookup(Task current, long pfn) {
        return guarded(current, () -> {
            long bits = platform.attributes().lookup(pfn, platform.hooks().current());
            return reserved.getOrDefault(pfn, bits == 0 ? MemoryType.WRITE_BACK : MemoryType.UNCACHED_MINUS);
        });
    }

    @Override
    public void reserve(Task current, long startPhysicalAddress, long endPhysicalAddress, MemoryType type) {
        requireRange(startPhysicalAddress, endPhysicalAddress);
        guarded(current, () -> {
            synchronized (reserved) {
                reserve(startPhysicalAddress >>> Entries.PTE_SHIFT, endPhysicalAddress >>> Entries.PTE_SHIFT, type);
            }
            return type;
        });
    }

    private void reserve(long firstPfn, long endPfn, MemoryType type) {
        for (long pfn = firstPfn; pfn < endPfn; pfn++) {
            if (isPageless(pfn)) {
                platform.log().warn("WARNING: reserve_ram_pages_type: frame 0x%x is dmem".formatted(pfn));
                throw new ErrnoException(Errno.EBUSY,
                        "the frame 0x%x is dmem: its memory type is write-back and cannot be changed".formatted(pfn));
            }
            if (isRam(pfn)) {
                platform.memmap().touch(pfn, "reserve_ram_pages_type");
            }
            MemoryType before = reserved.get(pfn);
            if (before != null && before != type) {
                throw new ErrnoException(Errno.EBUSY,
                        "the frame 0x%x has the memory type %s already".formatted(pfn, before));
            }
        }
        for (long pfn = firstPfn; pfn < endPfn; pfn++) {
            reserved.put(pfn, type);
        }
    }

    @Override
    public void free(Task current, long startPhysicalAddress, long endPhysicalAddress) {
        requireRange(startPhysicalAddress, endPhysicalAddress);
        guarded(current, () -> {
            for (long pfn = startPhysicalAddress >>> Entries.PTE_SHIFT; pfn < endPhysicalAddress >>> Entries.PTE_SHIFT; pfn++) {
                if (isPageless(pfn)) {
                    platform.log().warn("WARNING: free_ram_pages_type: frame 0x%x is dmem".formatted(pfn));
                } else {
                    if (isRam(pfn)) {
                        platform.memmap().touch(pfn, "free_ram_pages_type");
                    }
                    reserved.remove(pfn);
                }
            }
            return current;
        });
    }

    private boolean isRam(long pfn) {
        FrameKind kind = platform.memoryMap().kindOf(pfn);
        return kind != FrameKind.DEVICE && kind != FrameKind.HOLE;
    }

    private boolean isPageless(long pfn) {
        return platform.hooks().current().memoryType().isPagelessRam(isRam(pfn),
                platform.memoryMap().kindOf(pfn) == FrameKind.RAM);
    }

    private static void requireRange(long start, long end) {
        if (start < 0 || start % PAGE_BYTES != 0 || end % PAGE_BYTES != 0 || end <= start
                || end - start > LIMIT_PAGES * PAGE_BYTES) {
            throw new ErrnoException(Errno.EINVAL,
                    "0x%x to 0x%x is no range of whole pages, at most 4G".formatted(start, end));
        }
    }

    private static <T> T guarded(Task current, Supplier<T> question) {
        if (!(current instanceof ProcessTask task)) {
            throw new ErrnoException(Errno.ESRCH, "the task " + current.name() + " is none of this machine's");
        }
        try {
            return question.get();
        } catch (KernelOops oops) {
            throw task.oopsed(oops, 0);
        }
    }
}
