package org.dmemfs.kvm.hostkvm;

import java.util.LinkedHashSet;
import java.util.OptionalLong;
import java.util.Set;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.kvm.Exit;
import org.dmemfs.linux.KvmRegister;
import org.dmemfs.linux.KvmRegisters;
import org.jspecify.annotations.Nullable;

/**
 * What to do when a processor came to memory that its window does not have: look it up again, or exit.
 *
 * <p>Not every host says where that was. Then the pages that the registers point to are tried, as guest virtual and
 * physical addresses are the same; and where none of them is missing, every hole of every slot. One a processor.
 */
final class MissingMemory {
    private static final long PAGE = PageSize.SIZE_4K.bytes();
    private static final int ATTEMPTS = 16;

    private final Windows windows;
    private int attempts;

    MissingMemory(Windows windows) {
        this.windows = windows;
    }

    /** Why the processor cannot go on, or null where the access is to be repeated. */
    @Nullable
    Exit answer(OptionalLong guestPhysicalAddress, KvmRegisters registers) {
        Set<Long> suspects = guestPhysicalAddress.isPresent()
                ? Set.of(guestPhysicalAddress.getAsLong() & -PAGE)
                : missingAround(registers);
        boolean found = false;
        ErrnoException refused = null;
        long refusedAt = 0;
        OptionalLong poisoned = OptionalLong.empty();
        for (long suspect : suspects) {
            try {
                found |= windows.refill(suspect);
            } catch (ErrnoException failure) {
                if (failure.errno() == Errno.EHWPOISON) {
                    poisoned = OptionalLong.of(suspect);
                } else {
                    refused = failure;
                    refusedAt = suspect;
                }
            }
        }
        if (found || suspects.isEmpty() && windows.refillAll()) {
            attempts = 0;
            return null;
        }
        if (refused != null) {
            Exit lost = refused.errno() == Errno.EINVAL ? windows.lostHostPage(refusedAt) : null;
            return lost != null
                    ? lost
                    : new Exit.Fault(refused.errno() + ": " + refused.getMessage());
        }
        if (poisoned.isPresent()) {
            return windows.lookup().machineCheck(windows.hostVirtualAddress(poisoned.getAsLong()));
        }
        // nothing is missing any more: another processor's fault, or a fill meanwhile, has brought it back
        if (++attempts < ATTEMPTS) {
            return null;
        }
        attempts = 0;
        return new Exit.Fault("the guest came to memory that is not there, and the host does not say where");
    }

    private Set<Long> missingAround(KvmRegisters registers) {
        Set<Long> pages = new LinkedHashSet<>();
        for (KvmRegister register : KvmRegister.values()) {
            if (register != KvmRegister.RFLAGS) {
                long address = registers.get(register);
                addIfMissing(pages, address);
                addIfMissing(pages, address + Long.BYTES - 1);
            }
        }
        return pages;
    }

    private void addIfMissing(Set<Long> pages, long address) {
        if (windows.isMissing(address & -PAGE)) {
            pages.add(address & -PAGE);
        }
    }
}
