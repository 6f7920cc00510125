package org.dmemfs.mm;

/** How a fault handler ends: the {@code vm_fault_t} values that the model knows. */
public enum FaultResult {
    /** The entry is in place; the access is repeated. */
    NOPAGE,
    /** Not at this size: try the next smaller one. */
    FALLBACK,
    /** No memory stands behind the address: SIGBUS. */
    SIGBUS,
    /** The page is bad: SIGBUS with BUS_MCEERR_AR. */
    HWPOISON,
    /** As {@link #HWPOISON}, and the whole page of the mapping's size is lost ({@code VM_FAULT_HWPOISON_LARGE}). */
    HWPOISON_LARGE,
    /** Out of kernel memory. */
    OOM,
    /**
     * Series v2 and v1 only, defect 12.2.3: a negative errno in place of a result. The bit pattern reads as SIGBUS, SIGSEGV
     * and RETRY at once.
     */
    NEGATIVE_ERRNO
}
