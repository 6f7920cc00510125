package org.dmemfs.mm.mm;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.dmemfs.kernel.MemoryPolicy;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.mm.AddressSpace;
import org.dmemfs.mm.MapFlag;
import org.dmemfs.mm.MappableFile;
import org.dmemfs.mm.MappingCounts;
import org.dmemfs.mm.MmuNotifier;
import org.dmemfs.mm.Protection;
import org.dmemfs.mm.Vma;
import org.dmemfs.mm.WalkStep;
import org.jspecify.annotations.Nullable;

/**
 * The boundary of an address space: each call goes to the part that does it, and a modelled oops that comes out of one ends
 * here, with the locks released, in the kernel log and the death of the task.
 */
final class ProcessAddressSpace implements AddressSpace {
    private final MemoryDescriptor space;
    private final MappingCalls calls;
    private final Unmapping unmapping;
    private final FaultPath faults;
    private final Accesses accesses;
    private final UserPages userPages;
    private final RemoteAccess remote;
    private final FrameLookup lookup;
    private final RangeCalls rangeCalls;

    ProcessAddressSpace(MemoryDescriptor space) {
        this.space = space;
        AnonymousMemory anonymous = new AnonymousMemory(space);
        this.unmapping = new Unmapping(space, anonymous);
        this.calls = new MappingCalls(space, unmapping);
        this.faults = new FaultPath(space, anonymous);
        this.accesses = new Accesses(space, faults);
        this.userPages = new UserPages(space, faults, anonymous);
        this.remote = new RemoteAccess(space, userPages, anonymous);
        this.lookup = new FrameLookup(space);
        this.rangeCalls = new RangeCalls(space, calls, unmapping, remote, faults, userPages);
    }

    MemoryDescriptor descriptor() {
        return space;
    }

    RangeCalls rangeCalls() {
        return rangeCalls;
    }

    /** Gives a child the same mappings. */
    void forkInto(ProcessAddressSpace child) {
        long stamp = space.mmapLock().writeLock();
        try {
            space.requireAlive();
            new Fork(space, child.space).copy();
        } finally {
            space.mmapLock().unlockWrite(stamp);
        }
    }

    Unmapping mappings() {
        return unmapping;
    }

    boolean alive() {
        return !space.exited();
    }

    /** Takes everything away; false where another was first. */
    boolean exit() {
        long stamp = space.mmapLock().writeLock();
        try {
            if (space.exited()) {
                return false;
            }
            space.markExited();
            unmapping.exit();
            return true;
        } finally {
            space.mmapLock().unlockWrite(stamp);
        }
    }

    @Override
    public long mmap(long virtualAddress, long bytes, Set<Protection> protection, Set<MapFlag> flags,
            @Nullable MappableFile file, long fileOffset) {
        return guarded(virtualAddress, () -> {
            long start = calls.mmap(virtualAddress, bytes, protection, flags, file, fileOffset);
            if (flags.contains(MapFlag.POPULATE) || flags.contains(MapFlag.LOCKED)) {
                faults.populate(start, start + bytes);
            }
            return start;
        });
    }

    @Override
    public void munmap(long virtualAddress, long bytes) {
        guard(virtualAddress, () -> calls.munmap(virtualAddress, bytes));
    }

    @Override
    public void mprotect(long virtualAddress, long bytes, Set<Protection> protection) {
        guard(virtualAddress, () -> calls.mprotect(virtualAddress, bytes, protection));
    }

    @Override
    public void mbind(long virtualAddress, long bytes, MemoryPolicy policy) {
        guard(virtualAddress, () -> calls.mbind(virtualAddress, bytes, policy, false));
    }

    @Override
    public long loadLong(long virtualAddress) {
        try {
            return accesses.loadLong(virtualAddress);
        } catch (KernelOops oops) {
            throw space.task().oopsed(oops, virtualAddress);
        }
    }

    @Override
    public void storeLong(long virtualAddress, long value) {
        try {
            accesses.storeLong(virtualAddress, value);
        } catch (KernelOops oops) {
            throw space.task().oopsed(oops, virtualAddress);
        }
    }

    @Override
    public byte loadByte(long virtualAddress) {
        try {
            return accesses.loadByte(virtualAddress);
        } catch (KernelOops oops) {
            throw space.task().oopsed(oops, virtualAddress);
        }
    }

    @Override
    public void storeByte(long virtualAddress, byte value) {
        try {
            accesses.storeByte(virtualAddress, value);
        } catch (KernelOops oops) {
            throw space.task().oopsed(oops, virtualAddress);
        }
    }

    @Override
    public void copyOut(long virtualAddress, MemorySegment target, long targetOffset, long bytes) {
        guard(virtualAddress, () -> accesses.copy(virtualAddress, target, targetOffset, bytes, false));
    }

    @Override
    public void copyIn(MemorySegment source, long sourceOffset, long virtualAddress, long bytes) {
        guard(virtualAddress, () -> accesses.copy(virtualAddress, source, sourceOffset, bytes, true));
    }

    @Override
    public long accessRemote(long virtualAddress, MemorySegment buffer, boolean write) {
        return guarded(virtualAddress, () -> remote.move(virtualAddress, buffer, write));
    }

    @Override
    public List<Long> getUserPages(long virtualAddress, long pages, boolean write) {
        return guarded(virtualAddress, () -> userPages.get(virtualAddress, pages, write));
    }

    @Override
    public List<Long> getUserPagesFast(long virtualAddress, long pages, boolean write) {
        try {
            return userPages.getFast(virtualAddress, pages, write);
        } catch (KernelOops oops) {
            throw space.task().oopsed(oops, virtualAddress);
        }
    }

    @Override
    public void unpinUserPages(List<Long> frames) {
        userPages.unpin(frames);
    }

    @Override
    public long followPfn(long virtualAddress) {
        return lookup.followPfn(virtualAddress);
    }

    @Override
    public @Nullable PageSize mappingLevel(long virtualAddress) {
        return lookup.mappingLevel(virtualAddress);
    }

    @Override
    public void fixupUserFault(long virtualAddress, boolean write) {
        FaultOutcome outcome;
        try {
            outcome = faults.handle(space.processors().current(), virtualAddress, write);
        } catch (KernelOops oops) {
            throw space.task().oopsed(oops, virtualAddress);
        }
        if (outcome != FaultOutcome.HANDLED) {
            throw outcome.asErrno(virtualAddress);
        }
    }

    @Override
    public List<WalkStep> walk(long virtualAddress) {
        return lookup.walk(virtualAddress);
    }

    @Override
    public @Nullable Vma findVma(long virtualAddress) {
        return space.vmas().find(virtualAddress);
    }

    @Override
    public List<Vma> vmas() {
        return List.copyOf(space.vmas().list());
    }

    @Override
    public MappingCounts counts() {
        return space.counters().counts(space.pageTable().pages());
    }

    @Override
    public void register(MmuNotifier notifier) {
        long stamp = space.mmapLock().writeLock();
        try {
            space.requireAlive();
            space.notifiers().register(notifier);
        } finally {
            space.mmapLock().unlockWrite(stamp);
        }
    }

    @Override
    public void unregister(MmuNotifier notifier) {
        space.notifiers().unregister(notifier);
    }

    private void guard(long virtualAddress, Runnable call) {
        try {
            call.run();
        } catch (KernelOops oops) {
            throw space.task().oopsed(oops, virtualAddress);
        }
    }

    private <T> T guarded(long virtualAddress, Supplier<T> call) {
        try {
            return call.get();
        } catch (KernelOops oops) {
            throw space.task().oopsed(oops, virtualAddress);
        }
    }
}
