package org.dmemfs.mm;

import org.dmemfs.kernel.PageSize;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A fault being handled ({@code struct vm_fault}). Valid only inside the call it was passed to, in that thread: the
 * object is used again.
 */
@ProviderType
public interface Fault {
    /**
     * Where.
     *
     * @return the VMA
     */
    Vma vma();

    /**
     * The address that was touched.
     *
     * @return a virtual address, as it was
     */
    long virtualAddress();

    /**
     * The place in the file.
     *
     * @return the 4K page of the file that the address falls into
     */
    long pageOffset();

    /**
     * Whether it was a store.
     *
     * @return true for a store
     */
    boolean write();

    /**
     * The node of the processor that faulted.
     *
     * @return a node id
     */
    int localNode();

    /**
     * Puts a 4K entry in place ({@code vmf_insert_pfn}). A present entry stays as it is.
     *
     * @param pfn the frame for the page of 4K that the address falls into
     * @return NOPAGE, or SIGBUS where the VMA does not take bare frames
     */
    FaultResult insertPfn(long pfn);

    /**
     * Puts a 2M entry in place ({@code vmf_insert_pfn_pmd}, patch 20). A present entry stays as it is.
     *
     * @param pfn a frame; the first of a 2M page
     * @param flag what the frame is
     * @param writable whether the entry allows stores
     * @return NOPAGE, FALLBACK where a table of smaller entries is in the way, SIGBUS where the page does not lie within
     *         the VMA
     */
    FaultResult insertPfnPmd(long pfn, PfnFlag flag, boolean writable);

    /**
     * Puts a 1G entry in place ({@code vmf_insert_pfn_pud}, patch 27). A present entry stays as it is.
     *
     * @param pfn a frame; the first of a 1G page
     * @param flag what the frame is
     * @param writable whether the entry allows stores
     * @return as {@link #insertPfnPmd}
     */
    FaultResult insertPfnPud(long pfn, PfnFlag flag, boolean writable);

    /**
     * Puts a page with a {@code struct page} in place, a 4K one or a whole compound page; the entry has a reference of its
     * own, which goes when the entry goes. A present entry stays as it is.
     *
     * @param pfn the first frame of the page
     * @param size of the page and the entry
     * @param writable whether the entry allows stores
     * @return NOPAGE, OOM where no table can be had, SIGBUS where the VMA takes bare frames, the page has no
     *         {@code struct page} or it does not lie within the VMA
     */
    default FaultResult insertPage(long pfn, PageSize size, boolean writable) {
        return FaultResult.SIGBUS;
    }

    /**
     * Puts device memory that has {@code struct page}s in place ({@code vmf_insert_mixed}, {@code vmf_insert_pfn_pmd} and
     * {@code _pud} with PFN_DEV and PFN_MAP): marked as devmap, without a reference. A present entry stays as it is.
     *
     * @param pfn the first frame of the page
     * @param size of the entry
     * @param writable whether the entry allows stores
     * @return as {@link #insertPage}, or FALLBACK where a table of smaller entries is in the way
     */
    default FaultResult insertDevicePage(long pfn, PageSize size, boolean writable) {
        return FaultResult.SIGBUS;
    }

    /**
     * The step of the faulting address for an interleaved policy.
     *
     * @param dpageSize what a step is
     * @return the step, as {@link org.dmemfs.kernel.MemoryPolicy#interleaveIndex} counts it
     */
    long interleaveIndex(PageSize dpageSize);
}
