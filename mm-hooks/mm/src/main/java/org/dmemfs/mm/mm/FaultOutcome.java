package org.dmemfs.mm.mm;

import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;

/** How a fault ended. */
enum FaultOutcome {
    /** The access is repeated. */
    HANDLED,
    /** Nothing is mapped there. */
    NOT_MAPPED,
    /** The mapping does not allow it. */
    NOT_ALLOWED,
    /** Nothing stands behind the mapping. */
    NO_MEMORY_BEHIND,
    /** The page is bad. */
    BAD_PAGE,
    /** The page is bad, and all of the mapping's page size is lost with it. */
    BAD_LARGE_PAGE,
    /** The kernel has no frame left. */
    OUT_OF_MEMORY;

    /** What a kernel part that asked for the page is told. */
    ErrnoException asErrno(long virtualAddress) {
        return switch (this) {
            case BAD_PAGE, BAD_LARGE_PAGE -> new ErrnoException(Errno.EHWPOISON,
                    "the page at 0x%x has a hardware error".formatted(virtualAddress));
            case OUT_OF_MEMORY -> new ErrnoException(Errno.ENOMEM,
                    "the kernel has no frame left for the page at 0x%x".formatted(virtualAddress));
            case NOT_MAPPED -> new ErrnoException(Errno.EFAULT, "nothing is mapped at 0x%x".formatted(virtualAddress));
            case NOT_ALLOWED -> new ErrnoException(Errno.EFAULT,
                    "the mapping at 0x%x does not allow the access".formatted(virtualAddress));
            default -> new ErrnoException(Errno.EFAULT,
                    "nothing stands behind the mapping at 0x%x".formatted(virtualAddress));
        };
    }
}
