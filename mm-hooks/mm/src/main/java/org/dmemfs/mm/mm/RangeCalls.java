package org.dmemfs.mm.mm;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.MemoryPolicy;
import org.dmemfs.mm.Advice;
import org.dmemfs.mm.MemoryCalls;
import org.dmemfs.mm.PageStatus;
import org.dmemfs.mm.RemapFlag;

/** The boundary of the calls that no other part of the kernel needs: arguments, the mmap lock, and the modelled oops. */
final class RangeCalls implements MemoryCalls {
    private final MemoryDescriptor space;
    private final MappingCalls mappingCalls;
    private final Remap remap;
    private final AdviceCall advice;
    private final Residency residency;
    private final RemoteAccess remote;
    private final FaultPath faults;
    private final UserPages userPages;
    private final MemoryErrorInjection injection;

    RangeCalls(MemoryDescriptor space, MappingCalls mappingCalls, Unmapping unmapping, RemoteAccess remote,
            FaultPath faults, UserPages userPages) {
        this.space = space;
        this.mappingCalls = mappingCalls;
        this.remap = new Remap(space, unmapping);
        this.advice = new AdviceCall(space, unmapping);
        this.residency = new Residency(space);
        this.remote = remote;
        this.faults = faults;
        this.userPages = userPages;
        this.injection = new MemoryErrorInjection(space, userPages);
    }

    @Override
    public void mbindStrict(long virtualAddress, long bytes, MemoryPolicy policy) {
        guarded(virtualAddress, () -> {
            mappingCalls.mbind(virtualAddress, bytes, policy, true);
            return true;
        });
    }

    @Override
    public long mremap(long oldAddress, long oldBytes, long newBytes, Set<RemapFlag> flags, long newAddress) {
        AddressRange old = AddressRange.aligned(oldAddress, oldBytes);
        long length = AddressRange.pages(newBytes);
        if (newBytes <= 0 || oldAddress > Long.MAX_VALUE - length) {
            throw new ErrnoException(Errno.EINVAL,
                    "a mapping of %d bytes cannot become one of %d".formatted(oldBytes, newBytes));
        }
        return exclusive(oldAddress, () -> remap.remap(old, length, flags, newAddress));
    }

    @Override
    public byte[] mincore(long virtualAddress, long bytes) {
        AddressRange range = AddressRange.aligned(virtualAddress, bytes);
        return shared(virtualAddress, () -> residency.inCore(range));
    }

    @Override
    public void madvise(long virtualAddress, long bytes, Advice what) {
        AddressRange range = AddressRange.aligned(virtualAddress, bytes);
        if (what == Advice.HWPOISON) {
            guarded(virtualAddress, () -> {
                injection.inject(range);
                return true;
            });
            return;
        }
        exclusive(virtualAddress, () -> {
            advice.advise(range, what);
            return true;
        });
    }

    @Override
    public void mlock(long virtualAddress, long bytes) {
        AddressRange range = AddressRange.touching(virtualAddress, bytes);
        exclusive(virtualAddress, () -> {
            advice.lock(range, true);
            return true;
        });
        guarded(virtualAddress, () -> {
            faults.populate(range.start(), range.end());
            return true;
        });
    }

    @Override
    public void munlock(long virtualAddress, long bytes) {
        AddressRange range = AddressRange.touching(virtualAddress, bytes);
        exclusive(virtualAddress, () -> {
            advice.lock(range, false);
            return true;
        });
    }

    @Override
    public List<Long> pinUserPagesLongterm(long virtualAddress, long pages, boolean write) {
        return guarded(virtualAddress, () -> userPages.get(virtualAddress, pages, write));
    }

    @Override
    public List<PageStatus> movePages(List<Long> virtualAddresses) {
        return shared(0, () -> residency.status(List.copyOf(virtualAddresses)));
    }

    @Override
    public long processVm(long virtualAddress, MemorySegment buffer, boolean write) {
        return guarded(virtualAddress, () -> remote.movePinned(virtualAddress, buffer, write));
    }

    @Override
    public long coreDumpBytes(long virtualAddress, long bytes) {
        AddressRange range = AddressRange.aligned(virtualAddress, bytes);
        return shared(virtualAddress, () -> residency.coreDumpBytes(range));
    }

    @Override
    public String smaps() {
        return shared(0, () -> new SmapsText(space).text());
    }

    @Override
    public List<Long> pagemap(long virtualAddress, long pages) {
        if (pages < 0 || pages > space.pageTable().taskSize() >>> Entries.PTE_SHIFT) {
            throw new ErrnoException(Errno.EINVAL, pages + " pages are more than an address space has");
        }
        AddressRange range = AddressRange.aligned(virtualAddress, pages << Entries.PTE_SHIFT);
        return shared(virtualAddress, () -> residency.pagemap(range));
    }

    private <T> T exclusive(long virtualAddress, Supplier<T> call) {
        return guarded(virtualAddress, () -> {
            long stamp = space.mmapLock().writeLock();
            try {
                space.requireAlive();
                return call.get();
            } finally {
                space.mmapLock().unlockWrite(stamp);
            }
        });
    }

    private <T> T shared(long virtualAddress, Supplier<T> call) {
        return guarded(virtualAddress, () -> {
            long stamp = space.mmapLock().readLock();
            try {
                space.requireAlive();
                return call.get();
            } finally {
                space.mmapLock().unlockRead(stamp);
            }
        });
    }

    private <T> T guarded(long virtualAddress, Supplier<T> call) {
        try {
            return call.get();
        } catch (KernelOops oops) {
            throw space.task().oopsed(oops, virtualAddress);
        }
    }
}
