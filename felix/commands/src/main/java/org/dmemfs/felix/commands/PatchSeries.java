package org.dmemfs.felix.commands;

import java.util.List;
import java.util.Set;
import org.dmemfs.felix.UsageException;

/** The 37 patches: numbers, titles, folders, and what a kernel without one of them does. */
final class PatchSeries {
    /** The patches that are hooks, which can be taken out of a running machine. */
    static final Set<Integer> HOOKS = Set.of(4, 13, 14, 15, 17, 18, 19, 20, 21, 23, 26, 27, 29);

    private static final String IN_NEITHER_PATH = "no run-time effect of its own";

    private static final List<Patch> PATCHES = List.of(
            both(1, "fs: introduce dmemfs module", "dmemfs", "there is no such file system"),
            both(2, "mm: support direct memory reservation", "dmem-reserve", "all RAM has a struct page"),
            both(3, "dmem: implement dmem memory management", "dmem-core", "reserved memory cannot be taken"),
            both(4, "dmem: let pat recognize dmem", "mm-hooks", "the first fault oopses in lookup_memtype"),
            both(5, "dmemfs: support mmap", "dmemfs", "a file's bytes cannot be reached"),
            both(6, "dmemfs: support truncating inode down", "dmemfs", "a shrunk file leaks its entries"),
            both(7, "dmem: trace core functions", "tracing", "there are no events"),
            both(8, "dmem: show some statistic in debugfs", "tracing", "there are no figures"),
            both(9, "dmemfs: support remote access", "dmemfs", "a ptrace peek answers EIO"),
            both(10, "dmemfs: introduce max_alloc_try_dpages parameter", "dmemfs",
                    "one fault fills to the end of file or to the next entry"),
            both(11, "mm: export mempolicy interfaces to serve dmem allocator", "dmem-core", IN_NEITHER_PATH),
            both(12, "dmem: introduce mempolicy support", "dmem-core", "memory policies are ignored"),
            both(13, "mm, dmem: introduce PFN_DMEM and pfn_t_dmem", "mm-hooks",
                    "entries are huge but not special: fast gup and move_pages oops"),
            both(14, "mm, dmem: differentiate dmem-pmd and thp-pmd", "mm-hooks",
                    "entries are huge but not special: fast gup and move_pages oops"),
            both(15, "mm: add pmd_special() check for pmd_trans_huge_lock()", "mm-hooks",
                    "munmap logs a bad pmd and clears the entry without a flush"),
            both(16, "dmemfs: introduce ->split() to dmemfs_vm_ops", "dmemfs", "a misaligned munmap is accepted"),
            both(17, "mm, dmemfs: support unmap_page_range() for dmemfs pmd", "mm-hooks",
                    "munmap logs a bad pmd and clears the entry without a flush"),
            both(18, "mm: follow_pmd_mask() for dmem huge pmd", "mm-hooks", "move_pages answers ENOENT, not EEXIST"),
            both(19, "mm: gup_huge_pmd() for dmem huge pmd", "mm-hooks", "fast gup oopses on 2M"),
            both(20, "mm: support dmem huge pmd for vmf_insert_pfn_pmd()", "mm-hooks",
                    "entries are huge but not special: fast gup and move_pages oops"),
            both(21, "mm: support dmem huge pmd for follow_pfn()", "mm-hooks",
                    "follow_pfn answers EINVAL: no guest runs and no device maps"),
            both(22, "kvm, x86: Distinguish dmemfs page from mmio page", "kvm-x86", "dmem is taken for MMIO"),
            both(23, "kvm, x86: introduce VM_DMEM for syscall support usage", "mm-hooks",
                    "mprotect answers 0 with a bad pmd, mremap may move, mincore answers 0"),
            both(24, "dmemfs: support hugepage for dmemfs", "dmemfs", "faults fall to 4K"),
            both(25, "mm, x86, dmem: fix estimation of reserved page for vaddr_get_pfn()", "vfio",
                    "a writing DMA map of a read-only area succeeds"),
            both(26, "mm, dmem: introduce pud_special() for dmem huge pud support", "mm-hooks",
                    "entries are huge but not special: fast gup and move_pages oops"),
            both(27, "mm: add pud_special() check to support dmem huge pud", "mm-hooks",
                    "munmap logs a bad pud, fast gup oopses on 1G"),
            both(28, "mm, dmemfs: support huge_fault() for dmemfs", "dmemfs", "faults fall to 2M"),
            both(29, "mm: add follow_pte_pud() to support huge pud look up", "mm-hooks",
                    "follow_pfn answers EINVAL: no guest runs and no device maps"),
            both(30, "dmem: introduce dmem_bitmap_alloc() and dmem_bitmap_free()", "dmem-core",
                    "a region over 128G fails with ENOMEM"),
            both(31, "dmem: introduce mce handler", "mce", "memory_failure answers ENXIO"),
            both(32, "mm, dmemfs: register and handle the dmem mce", "mce", "nobody is told of a bad dpage"),
            both(33, "kvm, x86: enable record_steal_time for dmem", "kvm-x86", "a guest's steal time stays 0"),
            both(34, "dmem: add dmem unit tests", "conformance/scenarios", IN_NEITHER_PATH),
            new Patch(0, 35, "mm, dmem: introduce dregion->memmap for dmem", "dmem-core",
                    "dpages have no reference count, and 36 is not satisfied"),
            new Patch(0, 36, "vfio: support dmempage refcount for vfio", "vfio",
                    "a truncate frees memory under DMA"),
            new Patch(35, 37, "Add documentation for dmemfs", "conformance/tests", IN_NEITHER_PATH));

    /**
     * One patch.
     *
     * @param v1 its number in October 2020; 0 where it is not in that series
     * @param v2 its number in December 2020
     * @param title its subject line
     * @param folder where its home is
     * @param without what happens without it
     */
    record Patch(int v1, int v2, String title, String folder, String without) {
    }

    private PatchSeries() {
    }

    static List<Patch> patches() {
        return PATCHES;
    }

    static Patch patch(String number) {
        return PATCHES.stream()
                .filter(patch -> number.matches("0?\\d{1,2}") && patch.v2() == Integer.parseInt(number)).findFirst()
                .orElseThrow(() -> new UsageException(
                        "there is no patch %s: accepted are the numbers 1 to %d of the series of December 2020"
                                .formatted(number, PATCHES.size())));
    }

    private static Patch both(int number, String title, String folder, String without) {
        return new Patch(number, number, title, folder, without);
    }
}
