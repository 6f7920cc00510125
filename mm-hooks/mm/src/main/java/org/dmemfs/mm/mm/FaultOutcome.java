package org.dmemfs.mm.mm;

import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.PageSize;

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
    /** The page of 2M is lost as a whole. */
    BAD_PAGE_2M,
    /** The page of 1G is lost as a whole. */
    BAD_PAGE_1G,
    /** The kernel has no frame left. */
    OUT_OF_MEMORY;

    /** What is told of a page that was lost as a whole. */
    static FaultOutcome lost(PageSize size) {
        return switch (size) {
            case SIZE_4K -> BAD_PAGE;
            case SIZE_2M -> BAD_PAGE_2M;
            case SIZE_1G -> BAD_PAGE_1G;
        };
    }

    /** How much is lost, as the signal tells it ({@code si_addr_lsb}); 0 where nothing is bad. */
    int leastSignificantBit() {
        return switch (this) {
            case BAD_PAGE -> PageSize.SIZE_4K.shift();
            case BAD_PAGE_2M -> PageSize.SIZE_2M.shift();
            case BAD_PAGE_1G -> PageSize.SIZE_1G.shift();
            default -> 0;
        };
    }

    /** What a kernel part that asked for the page is told. */
    ErrnoException asErrno(long virtualAddress) {
        return switch (this) {
            case BAD_PAGE, BAD_PAGE_2M, BAD_PAGE_1G -> new ErrnoException(Errno.EHWPOISON,
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
