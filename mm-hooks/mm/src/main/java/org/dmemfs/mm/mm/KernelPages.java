package org.dmemfs.mm.mm;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongConsumer;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.mm.PageFrames;
import org.dmemfs.reserve.FrameKind;
import org.dmemfs.reserve.MemoryRange;

/** The page allocator and the memmap, for subsystems that hand out pages themselves. */
final class KernelPages implements PageFrames {
    private static final long UNIT = PageSize.SIZE_2M.bytes();

    private final Platform platform;
    private final Map<Long, PageSize> taken = new ConcurrentHashMap<>();

    KernelPages(Platform platform) {
        this.platform = platform;
    }

    @Override
    public long take(int node, PageSize size, LongConsumer released) {
        if (!platform.topology().online().contains(node)) {
            throw new ErrnoException(Errno.EINVAL,
                    "node " + node + " is not one of the machine's nodes " + platform.topology().online());
        }
        long pfn = platform.ram().takePage(node, size);
        if (pfn == KernelRam.NONE) {
            throw new ErrnoException(Errno.ENOMEM, "node " + node + " has no page of " + size.label() + " left");
        }
        Memmap memmap = platform.memmap();
        memmap.compound(pfn, size, true);
        memmap.forget(pfn, "prep_new_page");
        memmap.get(pfn, "prep_new_page");
        taken.put(pfn, size);
        platform.ram().own(pfn, released);
        return pfn;
    }

    @Override
    public void give(long pfn) {
        PageSize size = taken.remove(pfn);
        if (size == null || !platform.ram().disown(pfn)) {
            throw new ErrnoException(Errno.EINVAL,
                    "the frame 0x%x is not the first of a page that was taken".formatted(pfn));
        }
        platform.memmap().forget(pfn, "free_pages_prepare");
        platform.memmap().compound(pfn, size, false);
        if (size == PageSize.SIZE_4K) {
            platform.ram().give(pfn);
        } else {
            platform.ram().giveHuge(pfn, size);
        }
    }

    @Override
    public void get(long pfn) {
        requirePage(pfn);
        platform.memmap().get(pfn, "get_page");
    }

    @Override
    public void put(long pfn) {
        requirePage(pfn);
        if (platform.memmap().put(pfn, "put_page")) {
            platform.ram().give(platform.memmap().head(pfn));
        }
    }

    @Override
    public int references(long pfn) {
        return platform.memmap().isPresent(pfn) ? platform.memmap().references(pfn, "page_count") : 0;
    }

    @Override
    public long freeBytes(int node, PageSize size) {
        return platform.ram().freeBytes(node, size);
    }

    @Override
    public void addDevicePages(long startPhysicalAddress, long endPhysicalAddress) {
        requireDeviceRange(startPhysicalAddress, endPhysicalAddress);
        platform.memmap().change(startPhysicalAddress >>> Entries.PTE_SHIFT, endPhysicalAddress >>> Entries.PTE_SHIFT,
                true);
    }

    @Override
    public void removeDevicePages(long startPhysicalAddress, long endPhysicalAddress) {
        requireDeviceRange(startPhysicalAddress, endPhysicalAddress);
        long startPfn = startPhysicalAddress >>> Entries.PTE_SHIFT;
        long endPfn = endPhysicalAddress >>> Entries.PTE_SHIFT;
        requirePage(startPfn);
        long held = platform.memmap().firstReferenced(startPfn, endPfn);
        if (held >= 0) {
            throw new ErrnoException(Errno.EBUSY,
                    "the page of frame 0x%x has %d references".formatted(held, references(held)));
        }
        platform.memmap().change(startPfn, endPfn, false);
    }

    private void requireDeviceRange(long start, long end) {
        if (start < 0 || start % UNIT != 0 || end % UNIT != 0 || end <= start
                || end > platform.memoryMap().endOfRam()) {
            throw new ErrnoException(Errno.EINVAL, "0x%x to 0x%x is no range of memory in units of 2M".formatted(start,
                    end));
        }
        for (MemoryRange range : platform.memoryMap().ranges()) {
            if (range.kind() == FrameKind.RAM && range.startPhysicalAddress() < end
                    && start < range.endPhysicalAddress()) {
                throw new ErrnoException(Errno.EINVAL,
                        "0x%x to 0x%x has RAM of the kernel in it: %s".formatted(start, end, range));
            }
        }
    }

    private void requirePage(long pfn) {
        if (!platform.memmap().isPresent(pfn)) {
            throw new ErrnoException(Errno.EINVAL, "the frame 0x%x has no struct page".formatted(pfn));
        }
    }
}
