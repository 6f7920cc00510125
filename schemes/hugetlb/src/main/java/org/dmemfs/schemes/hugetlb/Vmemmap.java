package org.dmemfs.schemes.hugetlb;

import java.util.ArrayList;
import java.util.List;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.schemes.MetadataCost;
import org.dmemfs.schemes.MetadataKind;

/** What is left of the struct pages of huge pages. */
enum Vmemmap {
    /** All of it, as before 5.14 and wherever nobody asks for less. */
    WHOLE(0),
    /** Two pages of 4K for each huge page: CONFIG_HUGETLB_PAGE_FREE_VMEMMAP of 5.14 to 5.17. */
    TWO_KEPT(2),
    /** One page of 4K for each huge page: from 5.18 on. */
    ONE_KEPT(1);

    private static final long PAGE_BYTES = 4096;
    private static final long STRUCT_PAGE_SHARE = 64;
    /** One table of 512 entries of 4K maps the struct pages of 128M. */
    private static final long BYTES_PER_TABLE = 128L << 20;

    private final int keptPages;

    Vmemmap(int keptPages) {
        this.keptPages = keptPages;
    }

    List<MetadataCost> of(long bytes, PageSize pageSize) {
        long pages = bytes / pageSize.bytes();
        List<MetadataCost> costs = new ArrayList<>();
        if (this == WHOLE) {
            costs.add(new MetadataCost(MetadataKind.STRUCT_PAGES, bytes / STRUCT_PAGE_SHARE,
                    bytes + " bytes / 4096 x 64 bytes"));
        } else {
            costs.add(new MetadataCost(MetadataKind.STRUCT_PAGES, pages * keptPages * PAGE_BYTES,
                    "%d pages of %s x %d kept pages of 4096".formatted(pages, pageSize.label(), keptPages)));
            costs.add(new MetadataCost(MetadataKind.VMEMMAP_TABLES,
                    (bytes + BYTES_PER_TABLE - 1) / BYTES_PER_TABLE * PAGE_BYTES,
                    "one table of 4096 bytes for every 128M of %d bytes".formatted(bytes)));
        }
        return List.copyOf(costs);
    }
}
