package org.dmemfs.vfio.type1;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.dmemfs.core.DmemPages;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.PageSize;
import org.jspecify.annotations.Nullable;

/** Dpages as a map from number to count: what a pool is to a device. */
final class CountedDpages implements DmemPages {
    private final PageSize size;
    private final long startPfn;
    private final long endPfn;
    private final Map<Long, Integer> references = new TreeMap<>();
    private long gets;
    private @Nullable Runnable beforeGet;
    private long getsUntilRefusal = Long.MAX_VALUE;

    CountedDpages(PageSize size, long startPhysicalAddress, long endPhysicalAddress) {
        this.size = size;
        this.startPfn = startPhysicalAddress >> 12;
        this.endPfn = endPhysicalAddress >> 12;
    }

    PageSize size() {
        return size;
    }

    /** A file takes a dpage. */
    synchronized void take(long physicalAddress) {
        if (references.putIfAbsent(physicalAddress >> size.shift(), 1) != null) {
            throw new AssertionError("dpage 0x%x has an owner".formatted(physicalAddress));
        }
    }

    /** Something happens once, just before the next reference is taken. */
    void beforeNextGet(Runnable event) {
        beforeGet = event;
    }

    void refuseAfter(long gets) {
        getsUntilRefusal = gets;
    }

    synchronized long used() {
        return references.size();
    }

    /** References beside the owners'. */
    synchronized long extraReferences() {
        return references.values().stream().mapToLong(count -> count - 1).sum();
    }

    synchronized long gets() {
        return gets;
    }

    @Override
    public boolean isDmem(long pfn) {
        return pfn >= startPfn && pfn < endPfn;
    }

    @Override
    public Optional<PageSize> pageSize() {
        return Optional.of(size);
    }

    @Override
    public void get(long pfn) {
        Runnable event = beforeGet;
        if (event != null) {
            beforeGet = null;
            event.run();
        }
        synchronized (this) {
            if (getsUntilRefusal-- <= 0) {
                throw new ErrnoException(Errno.ERANGE, "no further reference can be counted");
            }
            if (references.computeIfPresent(number(pfn), (dpage, count) -> count + 1) == null) {
                throw new ErrnoException(Errno.EINVAL, "pfn 0x%x is in no dpage that is used".formatted(pfn));
            }
            gets++;
        }
    }

    @Override
    public synchronized void put(long pfn) {
        if (!references.containsKey(number(pfn))) {
            throw new ErrnoException(Errno.EINVAL, "pfn 0x%x has no reference to give back".formatted(pfn));
        }
        references.computeIfPresent(number(pfn), (dpage, count) -> count == 1 ? null : count - 1);
    }

    @Override
    public synchronized int references(long pfn) {
        return references.getOrDefault(number(pfn), 0);
    }

    private long number(long pfn) {
        return pfn << 12 >> size.shift();
    }
}
