package org.dmemfs.vfio.type1;

import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.Patch;
import org.dmemfs.mm.AddressSpace;
import org.dmemfs.mm.VmFlag;
import org.dmemfs.mm.Vma;

/**
 * Which mappings of a task a device may be given. Patch 25: bare frames are not given to a device that writes where the
 * task itself may not; gup has always refused that for pages.
 */
@Patch(v1 = 25, v2 = 25)
final class AreaCheck {
    private final AddressSpace space;
    private final MapRequest request;
    private final boolean inForce;

    AreaCheck(AddressSpace space, MapRequest request, Settings settings) {
        this.space = space;
        this.request = request;
        this.inForce = settings.has(25);
    }

    /** Checks the whole range; how many of its bytes have a {@code struct page}. */
    long requireAll() {
        long pinned = 0;
        long at = request.virtualAddress();
        while (at < request.virtualEnd()) {
            Vma vma = requireAt(at);
            long end = Math.min(vma.end(), request.virtualEnd());
            pinned += isBare(vma) ? 0 : end - at;
            at = end;
        }
        return pinned;
    }

    /** The mapping at an address, where the device may be given it. */
    Vma requireAt(long virtualAddress) {
        Vma vma = space.findVma(virtualAddress);
        if (vma == null || vma.end() <= virtualAddress) {
            throw new ErrnoException(Errno.EFAULT, "nothing is mapped at 0x%x".formatted(virtualAddress));
        }
        if (request.deviceWrites() && !vma.has(VmFlag.WRITE) && (inForce || !isBare(vma))) {
            throw new ErrnoException(Errno.EFAULT,
                    "the mapping at 0x%x is read-only: a device that writes is not accepted"
                            .formatted(virtualAddress));
        }
        return vma;
    }

    /** Whether gup refuses it, so that follow_pfn is asked. */
    static boolean isBare(Vma vma) {
        return vma.has(VmFlag.PFNMAP) || vma.has(VmFlag.IO);
    }
}
