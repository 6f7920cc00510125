package org.dmemfs.schemes;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.mm.HookSet;
import org.osgi.annotation.versioning.ProviderType;

/**
 * One way to keep memory for guests, as one kernel has it: a variant such as {@code hugetlb-6.12}. A service with the
 * property {@code scheme}, its name. What it answers to system calls is the memory manager's to say: a scheme brings what a
 * file brings for its mappings, and with {@link #hooks} the places where its kernel differs. Safe for any thread.
 */
@ProviderType
public interface Scheme {
    /**
     * What it is.
     *
     * @return the same at every time
     */
    SchemeDescription description();

    /**
     * The words that a kernel is booted with so that {@link #setAside} finds its memory; for {@code dmem plan}, the words to
     * boot a real machine with.
     *
     * @param request how much, where, on which machine
     * @return words of a kernel command line; empty where none is needed
     * @throws ErrnoException EINVAL for a page size that the scheme does not have, or a wish that its words cannot say; ENOMEM
     *         where a node has not that much memory in one piece or as a whole
     */
    List<String> bootWords(BootRequest request);

    /**
     * The places of the memory manager that this kernel has otherwise than the kernel before the series. Whoever runs the
     * scheme on a machine publishes them there as the one set in force.
     *
     * @return empty where the machine's own set serves, as for the series itself
     */
    Optional<HookSet> hooks();

    /**
     * Sets memory aside on the machine that this service runs on.
     *
     * @param pageSize of the pages that guests get, one of {@link SchemeDescription#pageSizes}
     * @param bytesByNode how much on each node, multiples of the page size; empty for all that the machine was booted to have
     * @return the memory
     * @throws ErrnoException EINVAL for a page size or a number that the scheme does not have; ENOMEM where the machine was not
     *         booted to have that much; EBUSY where the scheme has a carve-out already or its pages are in use at another
     *         size; ENODEV where the machine has gone
     */
    Carveout setAside(PageSize pageSize, Map<Integer, Long> bytesByNode);

    /**
     * What keeping memory costs by the scheme's rules, on no machine: all but page tables of tasks, guests and devices.
     *
     * @param bytes how much memory is set aside, a multiple of the page size
     * @param pageSize of its pages
     * @return one entry a kind, each with its formula
     * @throws ErrnoException EINVAL for a page size or a number that the scheme does not have
     */
    List<MetadataCost> metadata(long bytes, PageSize pageSize);

    /**
     * How the memory of one guest may lie; for {@code dmem plan}, which places guests on machines that nobody boots.
     *
     * @return page by page, unless the scheme has another rule
     */
    default GuestLayout layout() {
        return GuestLayout.PAGES;
    }
}
