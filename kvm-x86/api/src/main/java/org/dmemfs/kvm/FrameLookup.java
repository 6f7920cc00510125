package org.dmemfs.kvm;

import java.util.List;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.mm.AddressSpace;
import org.dmemfs.mm.BusSignal;
import org.dmemfs.mm.SignalException;
import org.dmemfs.mm.Vma;
import org.dmemfs.mm.VmFlag;
import org.jspecify.annotations.Nullable;

/**
 * The frame behind a host virtual address ({@code hva_to_pfn}): gup first; where the VMA refuses gup, follow_pfn, and
 * where that finds nothing, the fault and follow_pfn again ({@code hva_to_pfn_remapped}).
 *
 * <p>The answer is true only until an {@link org.dmemfs.mm.MmuNotifier} says otherwise: whoever uses it reads a sequence
 * before and compares it after. No reference is kept. Safe for any thread; takes the address space's locks.
 */
public final class FrameLookup {
    private final AddressSpace addressSpace;

    /**
     * A lookup in an address space.
     *
     * @param addressSpace whose memory it is
     */
    public FrameLookup(AddressSpace addressSpace) {
        this.addressSpace = addressSpace;
    }

    /**
     * Finds the frame, faulting it in where it is missing.
     *
     * @param hostVirtualAddress any address in the page
     * @param write whether the guest stores
     * @return the frame
     * @throws ErrnoException EFAULT where there is none to be had or the mapping does not allow the store, EHWPOISON where
     *         the page is bad, ENODEV where the task has exited
     */
    public GuestFrame find(long hostVirtualAddress, boolean write) {
        Vma vma = addressSpace.findVma(hostVirtualAddress);
        if (vma == null) {
            throw new ErrnoException(Errno.EFAULT,
                    "nothing is mapped at host virtual address 0x%x".formatted(hostVirtualAddress));
        }
        boolean mayWrite = vma.has(VmFlag.WRITE);
        if (write && !mayWrite) {
            throw new ErrnoException(Errno.EFAULT,
                    "the mapping at host virtual address 0x%x is read-only".formatted(hostVirtualAddress));
        }
        long page = hostVirtualAddress & -PageSize.SIZE_4K.bytes();
        List<Long> frames = addressSpace.getUserPagesFast(page, 1, write);
        if (frames.isEmpty()) {
            // check_vma_flags would refuse the slow gup for these flags alone, and the exception would cost more than
            // the whole fault
            if (vma.has(VmFlag.IO) || vma.has(VmFlag.PFNMAP)) {
                return follow(page, write, mayWrite);
            }
            frames = addressSpace.getUserPages(page, 1, write);
        }
        long pfn = frames.getFirst();
        addressSpace.unpinUserPages(frames);
        return new GuestFrame(pfn, level(page), write || mayWrite && present(page), false);
    }

    /**
     * What the thread that runs a processor meets at a page which the processor found bad: it touches the page itself, so
     * the machine check is handled and the task gets its signal.
     *
     * @param hostVirtualAddress where the processor met it
     * @return the exit, or null where the page has been replaced meanwhile and the access may be repeated
     */
    public @Nullable Exit machineCheck(long hostVirtualAddress) {
        try {
            addressSpace.loadByte(hostVirtualAddress);
            return null;
        } catch (SignalException met) {
            BusSignal signal = met.signal();
            return signal.leastSignificantBit() == 0
                    ? new Exit.Fault(String.valueOf(met.getMessage()))
                    : new Exit.Poison(signal.virtualAddress(), signal.leastSignificantBit());
        } catch (ErrnoException gone) {
            return new Exit.Fault(gone.errno() + ": " + gone.getMessage());
        }
    }

    /** Whether a store would need no fault: a page that was only read may still be shared. */
    private boolean present(long page) {
        List<Long> frames = addressSpace.getUserPagesFast(page, 1, true);
        addressSpace.unpinUserPages(frames);
        return !frames.isEmpty();
    }

    private PageSize level(long page) {
        PageSize level = addressSpace.mappingLevel(page);
        return level == null ? PageSize.SIZE_4K : level;
    }

    private GuestFrame follow(long page, boolean write, boolean mayWrite) {
        PageSize level = addressSpace.mappingLevel(page);
        if (level != null) {
            try {
                return new GuestFrame(addressSpace.followPfn(page), level, mayWrite, true);
            } catch (ErrnoException absent) {
                if (absent.errno() != Errno.EINVAL) {
                    throw absent;
                }
            }
        }
        addressSpace.fixupUserFault(page, write);
        try {
            return new GuestFrame(addressSpace.followPfn(page), level(page), mayWrite, true);
        } catch (ErrnoException absent) {
            if (absent.errno() != Errno.EINVAL) {
                throw absent;
            }
            throw new ErrnoException(Errno.EFAULT,
                    "follow_pfn finds no frame at host virtual address 0x%x: %s".formatted(page, absent.getMessage()),
                    absent);
        }
    }
}
