package org.dmemfs.mm;

import java.util.function.LongConsumer;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.PageSize;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The kernel's own memory for subsystems that hand out pages with a {@code struct page} themselves: compound pages of the
 * page allocator, and device memory that is given {@code struct page}s. A service; safe for any thread.
 */
@ProviderType
public interface PageFrames {
    /**
     * Takes a page ({@code alloc_contig_pages}, {@code alloc_bootmem_huge_page}). A huge one is compound: all its frames share
     * one count of references. Its bytes are zero, and the caller has one reference.
     *
     * @param node on this node and no other
     * @param size of the page
     * @param released told the first frame when the last reference has gone; the page is then the caller's again, without
     *        references, and goes back by {@link #give}. Called in the thread of whoever dropped it, perhaps with an address
     *        space locked: it must not block or fault
     * @return its first frame
     * @throws ErrnoException ENOMEM where the node has no such page left, EINVAL where the node is not there, ENODEV where the
     *         machine has gone
     */
    long take(int node, PageSize size, LongConsumer released);

    /**
     * Gives a page back to the page allocator, together with what references are left.
     *
     * @param pfn the first frame of a page that {@link #take} gave
     * @throws ErrnoException EINVAL where it is none
     */
    void give(long pfn);

    /**
     * One more reference ({@code get_page}).
     *
     * @param pfn any frame of a page with a {@code struct page}
     * @throws ErrnoException EINVAL where it has none
     */
    void get(long pfn);

    /**
     * One reference less ({@code put_page}).
     *
     * @param pfn any frame of a page with a {@code struct page}
     * @throws ErrnoException EINVAL where it has none
     */
    void put(long pfn);

    /**
     * The references on a page.
     *
     * @param pfn any frame of it
     * @return 0 where there are none, or no {@code struct page}
     */
    int references(long pfn);

    /**
     * What the page allocator can still give as pages of a size.
     *
     * @param node a node id
     * @param size of the pages
     * @return bytes
     */
    long freeBytes(int node, PageSize size);

    /**
     * Makes {@code struct page}s for memory that the page allocator does not have ({@code memremap_pages}, ZONE_DEVICE).
     *
     * @param startPhysicalAddress a multiple of 2M
     * @param endPhysicalAddress a multiple of 2M
     * @throws ErrnoException EINVAL for another range, or where the kernel's own RAM is in it
     */
    void addDevicePages(long startPhysicalAddress, long endPhysicalAddress);

    /**
     * Ends what {@link #addDevicePages} began.
     *
     * @param startPhysicalAddress as there
     * @param endPhysicalAddress as there
     * @throws ErrnoException EBUSY where a page has references that somebody still holds, EINVAL for a range that was not added
     */
    void removeDevicePages(long startPhysicalAddress, long endPhysicalAddress);
}
