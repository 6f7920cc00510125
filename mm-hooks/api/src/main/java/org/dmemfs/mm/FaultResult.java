package org.dmemfs.mm;

/** How a fault handler ends: the {@code vm_fault_t} values that the model knows. */
public enum FaultResult {
    /** The entry is in place; the access is repeated. */
    NOPAGE,
    /** Not at this size: try the next smaller one. */
    FALLBACK,
    /** No memory stands behind the address: SIGBUS. */
    SIGBUS,
    /** The page of 4K is bad: SIGBUS with BUS_MCEERR_AR and 12 as {@code si_addr_lsb}. */
    HWPOISON,
    /**
     * The whole page of the size that {@link VmOperations#pageSize} tells is lost ({@code VM_FAULT_HWPOISON_LARGE}, as
     * hugetlb has it): the same signal with 12, 21 or 30 as {@code si_addr_lsb}.
     */
    HWPOISON_LARGE,
    /** Out of kernel memory. */
    OOM,
    /**
     * Series v2 and v1 only, defect 12.2.3: a negative errno in place of a result. The bit pattern reads as SIGBUS, SIGSEGV
     * and RETRY at once.
     */
    NEGATIVE_ERRNO
}
