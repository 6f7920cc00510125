package org.dmemfs.mm.mm;

import java.util.Set;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.mm.MapFlag;
import org.dmemfs.mm.RemapFlag;
import org.dmemfs.mm.VmFlag;
import org.dmemfs.mm.VmOperations;

/** {@code mremap}, in the order in which the kernel decides. With the mmap lock held exclusively. */
final class Remap {
    private final MemoryDescriptor space;
    private final Placement placement;
    private final AreaSplit split;
    private final Unmapping unmapping;
    private final EntryMove move;

    Remap(MemoryDescriptor space, Unmapping unmapping) {
        this.space = space;
        this.placement = new Placement(space.pageTable().taskSize());
        this.split = new AreaSplit(space);
        this.unmapping = unmapping;
        this.move = new EntryMove(space);
    }

    long remap(AddressRange old, long newBytes, Set<RemapFlag> flags, long newAddress) {
        if (flags.contains(RemapFlag.FIXED)) {
            return fixed(old, newBytes, flags, newAddress);
        }
        if (old.bytes() >= newBytes) {
            // Shrinking is munmap of the tail, decided before the VMA is looked at.
            shrink(old, newBytes);
            return old.start();
        }
        MappedArea area = resizable(old, newBytes);
        if (old.end() == area.end() && space.vmas().isFree(area.end(), old.start() + newBytes)
                && old.start() + newBytes <= space.pageTable().taskSize()) {
            split.replace(area, area.grown(old.start() + newBytes));
            return old.start();
        }
        if (!flags.contains(RemapFlag.MAYMOVE)) {
            throw new ErrnoException(Errno.ENOMEM, "the mapping %s has no room to grow in place".formatted(area));
        }
        long target = placement.place(space.vmas(), 0, newBytes, Set.of(), alignment(area));
        return moveTo(old, target, newBytes);
    }

    private long fixed(AddressRange old, long newBytes, Set<RemapFlag> flags, long newAddress) {
        if (!flags.contains(RemapFlag.MAYMOVE)) {
            throw new ErrnoException(Errno.EINVAL, "the flag FIXED needs MAYMOVE");
        }
        AddressRange target = AddressRange.aligned(newAddress, newBytes);
        if (target.end() > space.pageTable().taskSize() || target.overlaps(old)) {
            throw new ErrnoException(Errno.EINVAL, "%d bytes at 0x%x overlap the old range or leave the address space"
                    .formatted(newBytes, newAddress));
        }
        split.isolate(target.start(), target.end());
        unmapping.unmap(target.start(), target.end());
        AddressRange left = old;
        if (old.bytes() >= newBytes) {
            shrink(old, newBytes);
            left = new AddressRange(old.start(), old.start() + newBytes);
        }
        MappedArea area = resizable(left, newBytes);
        placement.place(space.vmas(), newAddress, newBytes, Set.of(MapFlag.FIXED), alignment(area));
        return moveTo(left, newAddress, newBytes);
    }

    private void shrink(AddressRange old, long newBytes) {
        if (old.bytes() > newBytes) {
            split.isolate(old.start() + newBytes, old.end());
            unmapping.unmap(old.start() + newBytes, old.end());
        }
    }

    /** {@code vma_to_resize}, with the place of patch 23. */
    private MappedArea resizable(AddressRange old, long newBytes) {
        MappedArea area = space.vmas().find(old.start());
        if (area == null) {
            throw new ErrnoException(Errno.EFAULT, "nothing is mapped at 0x%x".formatted(old.start()));
        }
        if (old.isEmpty() && !area.has(VmFlag.SHARED)) {
            throw new ErrnoException(Errno.EINVAL, "the mapping %s is private: it cannot be mapped a second time"
                    .formatted(area));
        }
        if (space.platform().hooks().current().area().isDmem(area)) {
            throw new ErrnoException(Errno.EINVAL, "the dmem mapping %s can neither grow nor move".formatted(area));
        }
        VmOperations operations = area.operations();
        if (operations != null) {
            operations.remap(area, old.bytes(), newBytes);
        }
        if (old.end() > area.end()) {
            throw new ErrnoException(Errno.EFAULT, "the range ends beyond the mapping %s".formatted(area));
        }
        if (newBytes != old.bytes() && (area.has(VmFlag.DONTEXPAND) || area.has(VmFlag.PFNMAP))) {
            throw new ErrnoException(Errno.EFAULT, "the mapping %s may not grow".formatted(area));
        }
        return area;
    }

    private static long alignment(MappedArea area) {
        return area.file().map(file -> file.mappingAlignment().bytes()).orElse(AddressRange.PAGE_BYTES);
    }

    /** {@code move_vma}. An old range of no length stays, and is mapped a second time. */
    private long moveTo(AddressRange old, long target, long newBytes) {
        if (!old.isEmpty()) {
            split.isolate(old.start(), old.end());
        }
        MappedArea area = space.vmas().find(old.start());
        if (area == null) {
            throw new ErrnoException(Errno.EFAULT, "nothing is mapped at 0x%x".formatted(old.start()));
        }
        MappedArea moved = area.slice(old.start(), area.end()).movedTo(target, newBytes);
        VmOperations operations = area.operations();
        moved.mappers().add(moved);
        space.setVmas(space.vmas().insert(moved));
        if (operations != null) {
            operations.open(moved);
        }
        if (old.isEmpty()) {
            return target;
        }
        if (area.mappers() instanceof InodeMapping mapping) {
            mapping.exclusively(() -> move.move(old, target));
        } else {
            move.move(old, target);
        }
        unmapping.unmap(old.start(), old.end());
        return target;
    }
}
