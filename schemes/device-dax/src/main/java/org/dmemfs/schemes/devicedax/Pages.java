package org.dmemfs.schemes.devicedax;

import java.util.List;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.schemes.MetadataCost;
import org.dmemfs.schemes.MetadataKind;

/** Where the struct pages of a device are, if it has any. */
enum Pages {
    /** In the kernel's own memory ({@code --map mem}). */
    IN_MEMORY,
    /** In the device ({@code --map dev}, altmap): what is sold is less by 64 bytes a 4K. */
    ON_DEVICE,
    /** Compound ones in the kernel's own memory, from 5.19 on: two pages of the vmemmap of each page are kept. */
    COMPOUND,
    /** None: the patches of January 2020. */
    NONE,
    /** None: the patches of January 2020 and what the work in progress of October 2020 adds. */
    NONE_COMPLETED;

    private static final long PAGE_BYTES = 4096;
    private static final long STRUCT_PAGE_SHARE = 64;
    private static final long KEPT_PAGES = 2;
    private static final long BYTES_PER_TABLE = 128L << 20;
    /** {@code struct dev_dax_range} on x86-64. */
    private static final long RANGE_BYTES = 32;

    boolean exist() {
        return this == IN_MEMORY || this == ON_DEVICE || this == COMPOUND;
    }

    /** What the struct pages take out of a range of the device: whole pages of the device's page size. */
    long takenOut(long bytes, PageSize pageSize) {
        return this == ON_DEVICE
                ? (bytes / STRUCT_PAGE_SHARE + pageSize.bytes() - 1) / pageSize.bytes() * pageSize.bytes()
                : 0;
    }

    List<MetadataCost> costs(long bytes, PageSize pageSize, int ranges) {
        MetadataCost extents = new MetadataCost(MetadataKind.EXTENTS, ranges * RANGE_BYTES,
                "one struct dev_dax_range of 32 bytes for each of %d ranges".formatted(ranges));
        String whole = bytes + " bytes / 4096 x 64 bytes";
        long pages = bytes / pageSize.bytes();
        return switch (this) {
            case IN_MEMORY ->
                List.of(new MetadataCost(MetadataKind.STRUCT_PAGES, bytes / STRUCT_PAGE_SHARE, whole), extents);
            case ON_DEVICE -> List
                    .of(new MetadataCost(MetadataKind.STRUCT_PAGES_ON_DEVICE, bytes / STRUCT_PAGE_SHARE, whole),
                            extents);
            case COMPOUND -> pageSize == PageSize.SIZE_4K
                    ? List.of(new MetadataCost(MetadataKind.STRUCT_PAGES, bytes / STRUCT_PAGE_SHARE, whole), extents)
                    : List.of(
                            new MetadataCost(MetadataKind.STRUCT_PAGES, pages * KEPT_PAGES * PAGE_BYTES,
                                    "%d pages of %s x 2 kept pages of 4096".formatted(pages, pageSize.label())),
                            new MetadataCost(MetadataKind.VMEMMAP_TABLES,
                                    (bytes + BYTES_PER_TABLE - 1) / BYTES_PER_TABLE * PAGE_BYTES,
                                    "one table of 4096 bytes for every 128M of %d bytes".formatted(bytes)),
                            extents);
            case NONE, NONE_COMPLETED -> List.of(extents);
        };
    }
}
