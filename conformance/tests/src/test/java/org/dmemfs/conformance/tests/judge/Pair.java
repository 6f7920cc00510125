package org.dmemfs.conformance.tests.judge;

import org.dmemfs.kernel.PageSize;

/** What is compared: memory of the host and memory of the model, both in pages of one size. */
enum Pair {
    /** A file of tmpfs and a file of dmemfs. */
    TMPFS(PageSize.SIZE_4K, 24, 8, true),
    /** A file of hugetlbfs and a file of dmemfs. */
    HUGETLBFS_2M(PageSize.SIZE_2M, 12, 4, true),
    /** A file of hugetlbfs and a file of dmemfs. */
    HUGETLBFS_1G(PageSize.SIZE_1G, 6, 2, true),
    /** Memory without a file on both sides: the memory manager before the series. */
    ANONYMOUS(PageSize.SIZE_4K, 24, 0, false);

    private final PageSize page;
    private final int pages;
    private final int filePages;
    private final boolean file;

    Pair(PageSize page, int pages, int filePages, boolean file) {
        this.page = page;
        this.pages = pages;
        this.filePages = filePages;
        this.file = file;
    }

    PageSize page() {
        return page;
    }

    boolean huge() {
        return page != PageSize.SIZE_4K;
    }

    boolean hasFile() {
        return file;
    }

    /** The range of addresses that the calls are about. */
    long windowBytes() {
        return pages * page.bytes();
    }

    /** The most that one call is about, but for the parts of pages. */
    int pagesAtOnce() {
        return Math.min(4, pages / 3);
    }

    /** The most that a truncate asks for. */
    long fileBytes() {
        return filePages * page.bytes();
    }
}
