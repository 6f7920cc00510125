package org.dmemfs.schemes;

/** What a kernel spends memory on to keep memory for guests. */
public enum MetadataKind {
    /** {@code struct page}, 64 bytes a 4K frame, in the kernel's own memory. */
    STRUCT_PAGES("struct pages"),
    /** {@code struct page}s that lie in the memory which is set aside, and so come out of what can be sold. */
    STRUCT_PAGES_ON_DEVICE("struct pages in the memory itself"),
    /** Tables of 4K entries for a vmemmap whose pages are shared. */
    VMEMMAP_TABLES("tables of a thinned vmemmap"),
    /** One bit a page: taken or not. */
    ALLOCATION_BITMAP("allocation bitmaps"),
    /** One bit a 4K frame: bad or not. */
    ERROR_BITMAP("error bitmaps"),
    /** A count of references a page. */
    REFERENCE_COUNTS("reference counts"),
    /** Which page of a file is which page of memory. */
    FILE_TREE("trees of files"),
    /** Records of ranges. */
    EXTENTS("extent records"),
    /** Page tables of tasks. */
    TASK_TABLES("page tables of tasks"),
    /** Second-level tables of guests. */
    GUEST_TABLES("second-level tables of guests"),
    /** Page tables of an IOMMU. */
    IOMMU_TABLES("tables of the IOMMU");

    private final String label;

    MetadataKind(String label) {
        this.label = label;
    }

    /**
     * What people call it.
     *
     * @return a few words
     */
    public String label() {
        return label;
    }
}
