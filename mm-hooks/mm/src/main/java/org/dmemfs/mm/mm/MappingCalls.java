package org.dmemfs.mm.mm;

import java.util.EnumSet;
import java.util.Set;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.MemoryPolicy;
import org.dmemfs.mm.FaultResult;
import org.dmemfs.mm.MapFlag;
import org.dmemfs.mm.MappableFile;
import org.dmemfs.mm.Protection;
import org.dmemfs.mm.VmFlag;
import org.jspecify.annotations.Nullable;

/** The system calls that change the list of VMAs: mmap, munmap, mprotect, mbind. Each holds the mmap lock exclusively. */
final class MappingCalls {
    private static final long PAGE_BYTES = AddressRange.PAGE_BYTES;

    private final MemoryDescriptor space;
    private final Placement placement;
    private final AreaSplit split;
    private final Unmapping unmapping;
    private final ProtectionChange protectionChange;
    private final Residency residency;

    MappingCalls(MemoryDescriptor space, Unmapping unmapping) {
        this.space = space;
        this.placement = new Placement(space.pageTable().taskSize());
        this.split = new AreaSplit(space);
        this.unmapping = unmapping;
        this.protectionChange = new ProtectionChange(space);
        this.residency = new Residency(space);
    }

    long mmap(long virtualAddress, long bytes, Set<Protection> protection, Set<MapFlag> flags,
            @Nullable MappableFile file, long fileOffset) {
        check(bytes, flags, file, fileOffset);
        long length = AddressRange.pages(bytes);
        Set<VmFlag> vmFlags = vmFlags(protection, flags, file);
        long alignment = file == null ? PAGE_BYTES : file.mappingAlignment().bytes();
        if (flags.contains(MapFlag.FIXED) && virtualAddress % PAGE_BYTES != 0) {
            throw new ErrnoException(Errno.EINVAL,
                    "the address 0x%x is no multiple of 4K".formatted(virtualAddress));
        }
        long stamp = space.mmapLock().writeLock();
        try {
            space.requireAlive();
            if (space.vmas().size() >= VmaTree.LIMIT) {
                throw new ErrnoException(Errno.ENOMEM,
                        "the address space has " + VmaTree.LIMIT + " mappings already, the most that are accepted");
            }
            long start = placement.place(space.vmas(), virtualAddress, length, flags, alignment);
            long pageOffset = file == null ? start >>> Entries.PTE_SHIFT : fileOffset >>> Entries.PTE_SHIFT;
            if (flags.contains(MapFlag.FIXED)) {
                split.isolate(start, start + length);
                unmapping.unmap(start, start + length);
            }
            add(start, length, pageOffset, vmFlags, file);
            return start;
        } finally {
            space.mmapLock().unlockWrite(stamp);
        }
    }

    private void add(long start, long length, long pageOffset, Set<VmFlag> vmFlags, @Nullable MappableFile file) {
        if (file == null && vmFlags.contains(VmFlag.SHARED)) {
            add(start, length, 0, vmFlags, new SharedMemoryFile(space.platform(), length));
            return;
        }
        if (file == null) {
            AnonymousFamily family = new AnonymousFamily();
            MappedArea area = new MappedArea(space, start, start + length, pageOffset, MappedArea.bits(vmFlags), family,
                    null, null, null);
            family.add(area);
            space.setVmas(space.vmas().insert(area));
            return;
        }
        if (!(file.mapping() instanceof InodeMapping mapping)) {
            throw new ErrnoException(Errno.EINVAL,
                    "the mappings of " + file.name() + " are not kept by this machine's memory manager");
        }
        MappableFile.Mapped mapped = file.mmap(Set.copyOf(vmFlags), pageOffset, length);
        if (mapped.flags().contains(VmFlag.PFNMAP) || mapped.flags().contains(VmFlag.IO)) {
            // Bare frames cannot be swapped: MAP_LOCKED is accepted and forgotten.
            vmFlags.remove(VmFlag.LOCKED);
        }
        MappedArea area = new MappedArea(space, start, start + length, pageOffset,
                MappedArea.bits(vmFlags) | MappedArea.bits(mapped.flags()), mapping, file, mapped.operations(), null);
        mapping.add(area);
        space.setVmas(space.vmas().insert(area));
        mapped.operations().open(area);
        if (mapped.remappedPfn().isPresent()) {
            remapRange(area, mapped.remappedPfn().getAsLong());
        }
    }

    /** {@code remap_pfn_range}: 4K entries, frame after frame. */
    private void remapRange(MappedArea area, long firstPfn) {
        PfnInsertion insertion = new PfnInsertion(space);
        Hooks hooks = space.platform().hooks().current();
        for (long address = area.start(); address < area.end(); address += PAGE_BYTES) {
            FaultResult result = insertion.pte(area, address, firstPfn + (address - area.start() >>> Entries.PTE_SHIFT),
                    hooks);
            if (result != FaultResult.NOPAGE) {
                unmapping.unmap(area.start(), area.end());
                throw new ErrnoException(result == FaultResult.OOM ? Errno.ENOMEM : Errno.EINVAL,
                        "the frames of %s cannot all be put in place: %s".formatted(area, result));
            }
        }
    }

    private static void check(long bytes, Set<MapFlag> flags, @Nullable MappableFile file, long fileOffset) {
        if (bytes <= 0) {
            throw new ErrnoException(Errno.EINVAL, "a mapping of " + bytes + " bytes is not accepted");
        }
        if (flags.contains(MapFlag.SHARED) == flags.contains(MapFlag.PRIVATE)) {
            throw new ErrnoException(Errno.EINVAL,
                    "the flags " + flags + " have not exactly one of SHARED and PRIVATE");
        }
        if (flags.contains(MapFlag.ANONYMOUS) != (file == null)) {
            throw new ErrnoException(file == null ? Errno.EBADF : Errno.EINVAL,
                    "a mapping has either a file or the flag ANONYMOUS");
        }
        if (fileOffset % PAGE_BYTES != 0) {
            throw new ErrnoException(Errno.EINVAL, "the file offset " + fileOffset + " is no multiple of 4096");
        }
        if (fileOffset < 0 || fileOffset > Long.MAX_VALUE - PAGE_BYTES - bytes) {
            throw new ErrnoException(Errno.EINVAL,
                    "the range of " + bytes + " bytes at file offset " + fileOffset + " ends beyond any file");
        }
    }

    private static Set<VmFlag> vmFlags(Set<Protection> protection, Set<MapFlag> flags, @Nullable MappableFile file) {
        Set<VmFlag> vmFlags = EnumSet.of(VmFlag.MAYREAD, VmFlag.MAYWRITE, VmFlag.MAYEXEC);
        vmFlags.addAll(access(protection));
        if (flags.contains(MapFlag.LOCKED)) {
            vmFlags.add(VmFlag.LOCKED);
        }
        if (flags.contains(MapFlag.SHARED)) {
            vmFlags.add(VmFlag.SHARED);
        }
        if (file == null) {
            return vmFlags;
        }
        if (!file.readable()) {
            throw new ErrnoException(Errno.EACCES, file.name() + " is not open for reading");
        }
        if (flags.contains(MapFlag.SHARED) && !file.writable()) {
            if (protection.contains(Protection.WRITE)) {
                throw new ErrnoException(Errno.EACCES, file.name() + " is not open for writing");
            }
            vmFlags.remove(VmFlag.SHARED);
            vmFlags.remove(VmFlag.MAYWRITE);
        }
        return vmFlags;
    }

    static Set<VmFlag> access(Set<Protection> protection) {
        Set<VmFlag> access = EnumSet.noneOf(VmFlag.class);
        for (Protection part : protection) {
            access.add(switch (part) {
                case READ -> VmFlag.READ;
                case WRITE -> VmFlag.WRITE;
                case EXECUTE -> VmFlag.EXEC;
            });
        }
        return access;
    }

    void munmap(long virtualAddress, long bytes) {
        long end = AddressRange.aligned(virtualAddress, bytes).end();
        if (bytes <= 0 || end > space.pageTable().taskSize()) {
            throw new ErrnoException(Errno.EINVAL, "%d bytes at 0x%x are not a range of the address space"
                    .formatted(bytes, virtualAddress));
        }
        long stamp = space.mmapLock().writeLock();
        try {
            space.requireAlive();
            split.isolate(virtualAddress, end);
            unmapping.unmap(virtualAddress, end);
        } finally {
            space.mmapLock().unlockWrite(stamp);
        }
    }

    void mprotect(long virtualAddress, long bytes, Set<Protection> protection) {
        long end = AddressRange.aligned(virtualAddress, bytes).end();
        if (end == virtualAddress) {
            return;
        }
        long stamp = space.mmapLock().writeLock();
        try {
            space.requireAlive();
            protectionChange.change(virtualAddress, end, MappedArea.bits(access(protection)), split);
        } finally {
            space.mmapLock().unlockWrite(stamp);
        }
    }

    void mbind(long virtualAddress, long bytes, MemoryPolicy policy, boolean strict) {
        long end = AddressRange.aligned(virtualAddress, bytes).end();
        if (end == virtualAddress) {
            return;
        }
        for (int node : policy.nodes().nodes()) {
            if (!space.platform().topology().online().contains(node)) {
                throw new ErrnoException(Errno.EINVAL, "node " + node + " is not one of the machine's nodes "
                        + space.platform().topology().online());
            }
        }
        long stamp = space.mmapLock().writeLock();
        try {
            space.requireAlive();
            AddressRange range = new AddressRange(virtualAddress, end);
            space.vmas().requireMapped(range, Errno.EFAULT);
            if (strict) {
                residency.requireOn(policy, range);
            }
            split.isolate(virtualAddress, end);
            space.vmas().within(range).forEach(area -> split.replace(area, area.withPolicy(policy)));
        } finally {
            space.mmapLock().unlockWrite(stamp);
        }
    }
}
