package org.dmemfs.mm.mm;

import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.mm.Advice;
import org.dmemfs.mm.VmFlag;

/** {@code madvise}, and the flags that mlock sets. With the mmap lock held exclusively. */
final class AdviceCall {
    private final MemoryDescriptor space;
    private final AreaSplit split;
    private final Unmapping unmapping;

    AdviceCall(MemoryDescriptor space, Unmapping unmapping) {
        this.space = space;
        this.split = new AreaSplit(space);
        this.unmapping = unmapping;
    }

    /** VMA by VMA; what is mapped around a hole is advised, and then the hole is ENOMEM. */
    void advise(AddressRange range, Advice advice) {
        for (MappedArea area : space.vmas().within(range)) {
            AddressRange part = part(area, range);
            switch (advice) {
                case NORMAL, HWPOISON -> {
                    // An injection takes no lock and does not come here.
                }
                case DONTNEED, FREE -> drop(area, part, advice);
                case REMOVE -> throw remove(area);
                case DONTFORK -> flag(part, VmFlag.DONTCOPY, true);
                case DOFORK -> {
                    refuse(area.has(VmFlag.IO), area, advice);
                    flag(part, VmFlag.DONTCOPY, false);
                }
                case HUGEPAGE, NOHUGEPAGE -> {
                    refuse(isSpecial(area), area, advice);
                    flag(part, VmFlag.HUGEPAGE, advice == Advice.HUGEPAGE);
                    flag(part, VmFlag.NOHUGEPAGE, advice == Advice.NOHUGEPAGE);
                }
            }
        }
        space.vmas().requireMapped(range, Errno.ENOMEM);
    }

    private void drop(MappedArea area, AddressRange part, Advice advice) {
        refuse(area.has(VmFlag.LOCKED) || area.has(VmFlag.PFNMAP) || advice == Advice.FREE && !area.isAnonymous(), area,
                advice);
        unmapping.zapOwn(part.start(), part.end());
    }

    private static ErrnoException remove(MappedArea area) {
        if (area.has(VmFlag.LOCKED) || area.isAnonymous()) {
            return refused(area, Advice.REMOVE);
        }
        if (!area.has(VmFlag.SHARED) || !area.has(VmFlag.WRITE)) {
            return new ErrnoException(Errno.EACCES, "the mapping %s is not shared and writable".formatted(area));
        }
        return new ErrnoException(Errno.EOPNOTSUPP, "the file of %s has no fallocate".formatted(area));
    }

    /** mlock: bare frames cannot be swapped and keep their flags; the range must be mapped. */
    void lock(AddressRange range, boolean locked) {
        for (MappedArea area : space.vmas().within(range)) {
            if (!isSpecial(area)) {
                flag(part(area, range), VmFlag.LOCKED, locked);
            }
        }
        space.vmas().requireMapped(range, Errno.ENOMEM);
    }

    private void flag(AddressRange part, VmFlag flag, boolean set) {
        MappedArea area = space.vmas().find(part.start());
        if (area == null || area.has(flag) == set) {
            return;
        }
        split.isolate(part.start(), part.end());
        MappedArea isolated = space.vmas().find(part.start());
        if (isolated != null) {
            long bit = 1L << flag.bit();
            split.replace(isolated,
                    isolated.withFlagBits(set ? isolated.flagBits() | bit : isolated.flagBits() & ~bit));
        }
    }

    /** {@code VM_SPECIAL}. */
    private static boolean isSpecial(MappedArea area) {
        return area.isBare() || area.has(VmFlag.DONTEXPAND);
    }

    private static AddressRange part(MappedArea area, AddressRange range) {
        return new AddressRange(Math.max(area.start(), range.start()), Math.min(area.end(), range.end()));
    }

    private static void refuse(boolean wrong, MappedArea area, Advice advice) {
        if (wrong) {
            throw refused(area, advice);
        }
    }

    private static ErrnoException refused(MappedArea area, Advice advice) {
        return new ErrnoException(Errno.EINVAL,
                "the advice %s is not accepted for the mapping %s".formatted(advice, area));
    }
}
