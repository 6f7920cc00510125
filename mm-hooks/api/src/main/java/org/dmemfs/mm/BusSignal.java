package org.dmemfs.mm;

/**
 * A signal that an access raised, as its handler sees it.
 *
 * @param kind SIGBUS or SIGSEGV with its code
 * @param virtualAddress {@code si_addr}
 * @param leastSignificantBit {@code si_addr_lsb}: 12, 21 or 30 for a memory error, otherwise 0
 */
public record BusSignal(Kind kind, long virtualAddress, int leastSignificantBit) {
    /** Signal and code. */
    public enum Kind {
        /** SIGSEGV, SEGV_MAPERR: nothing is mapped there. */
        SEGV_MAPERR,
        /** SIGSEGV, SEGV_ACCERR: the mapping does not allow it. */
        SEGV_ACCERR,
        /** SIGBUS, BUS_ADRERR: nothing stands behind the mapping. */
        BUS_ADRERR,
        /** SIGBUS, BUS_MCEERR_AR: the access met a memory error. */
        BUS_MCEERR_AR,
        /** SIGBUS, BUS_MCEERR_AO: a page the task maps has a memory error. */
        BUS_MCEERR_AO,
        /** SIGKILL: a modelled oops killed the task. */
        KILLED
    }

    @Override
    public String toString() {
        return kind + " at 0x" + Long.toHexString(virtualAddress)
                + (leastSignificantBit == 0 ? "" : " lsb " + leastSignificantBit);
    }
}
