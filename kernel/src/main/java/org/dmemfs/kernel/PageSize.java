package org.dmemfs.kernel;

import java.util.Arrays;
import java.util.Optional;

/** The three sizes at which x86-64 maps a page, and at which a dpage is handed out (patches 01, 24, 28). */
public enum PageSize {
    /** 4 KiB: the nature page, mapped by a PTE. */
    SIZE_4K(12, "4K"),
    /** 2 MiB, mapped by a PMD. */
    SIZE_2M(21, "2M"),
    /** 1 GiB, mapped by a PUD. */
    SIZE_1G(30, "1G");

    private final int shift;
    private final String label;

    PageSize(int shift, String label) {
        this.shift = shift;
        this.label = label;
    }

    /**
     * The binary logarithm of the size.
     *
     * @return 12, 21 or 30
     */
    public int shift() {
        return shift;
    }

    /**
     * The size.
     *
     * @return bytes
     */
    public long bytes() {
        return 1L << shift;
    }

    /**
     * How many nature pages of 4 KiB the page has.
     *
     * @return 1, 512 or 262,144
     */
    public long naturePages() {
        return 1L << (shift - 12);
    }

    /**
     * The size as users write it.
     *
     * @return 4K, 2M or 1G
     */
    public String label() {
        return label;
    }

    /**
     * The page size of a number of bytes.
     *
     * @param bytes any number
     * @return the page size, or empty where no page has that size
     */
    public static Optional<PageSize> ofBytes(long bytes) {
        return Arrays.stream(values()).filter(size -> size.bytes() == bytes).findFirst();
    }

    /**
     * The page size that a user wrote.
     *
     * @param text a number in the kernel's notation, such as {@code 2M} or {@code 0x200000}
     * @return the page size
     * @throws ErrnoException EINVAL where the text is no number or no page has that size
     */
    public static PageSize parse(String text) {
        return MemorySize.tryParse(text).flatMap(PageSize::ofBytes).orElseThrow(() -> new ErrnoException(Errno.EINVAL,
                "the page size \"" + text + "\" is not one of 4K, 2M and 1G"));
    }
}
