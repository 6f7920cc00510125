package org.dmemfs.conformance.tests.pages;

import java.util.List;
import java.util.Set;

/** The 37 patches: what each does, in our words, and the folders in one of which its home must be. */
public final class PatchTable {
    private static final List<Patch> PATCHES = List.of(
            row(1, 1, "a file system type of its own, with pagesize=, directories and files", "dmemfs"),
            row(2, 2, "dmem= on the command line: memory taken out before a struct page is made", "dmem-reserve"),
            row(3, 3, "the allocator of dpages over the reserved regions", "dmem-core"),
            row(4, 4, "PAT takes RAM without struct page for write-back", "mm-hooks"),
            row(5, 5, "mmap of a file, faults by 4K entries, the tree of dpages", "dmemfs"),
            row(6, 6, "truncate, down too", "dmemfs"),
            row(7, 7, "trace events of allocator and file system", "tracing"),
            row(8, 8, "figures in debugfs", "tracing"),
            row(9, 9, "ptrace reads and writes a mapping", "dmemfs"),
            row(10, 10, "how many dpages one fault may take", "dmemfs"),
            row(11, 11, "the kernel's memory policies made available to the allocator", "dmem-core", "kernel"),
            row(12, 12, "the policy of a mapping chooses the node of its dpages", "dmem-core", "kernel"),
            row(13, 13, "a pfn can say that it is dmem", "mm-hooks"),
            row(14, 14, "a PMD of dmem is told from one of transparent huge pages", "mm-hooks"),
            row(15, 15, "the lock of a huge PMD is had for dmem too", "mm-hooks"),
            row(16, 16, "a mapping is only split at a dpage", "dmemfs"),
            row(17, 17, "unmapping takes a PMD of dmem away", "mm-hooks"),
            row(18, 18, "follow_page answers for a PMD of dmem", "mm-hooks"),
            row(19, 19, "fast get_user_pages backs off from a PMD of dmem", "mm-hooks"),
            row(20, 20, "a PMD of dmem can be inserted", "mm-hooks"),
            row(21, 21, "follow_pfn answers for a PMD", "mm-hooks"),
            row(22, 22, "KVM tells dmem from MMIO", "kvm-x86", "dmem-core"),
            row(23, 23, "VM_DMEM: mprotect, mremap and mincore know such a mapping", "mm-hooks"),
            row(24, 24, "faults by 2M", "dmemfs"),
            row(25, 25, "a device does not get to write what its owner may not", "vfio"),
            row(26, 26, "a PUD can be of dmem", "mm-hooks"),
            row(27, 27, "what 15 and 17 to 20 are for a PMD, for a PUD", "mm-hooks"),
            row(28, 28, "faults by 1G", "dmemfs"),
            row(29, 29, "follow_pfn answers for a PUD", "mm-hooks"),
            row(30, 30, "bitmaps of three tiers, by size", "dmem-core"),
            row(31, 31, "a memory error on dmem is handled: the bad dpage is set aside", "mce", "dmem-core"),
            row(32, 32, "whoever has the bad dpage mapped hears of it", "mce"),
            row(33, 33, "steal time of a guest on dmem (V1 switched it off for all)", "kvm-x86"),
            row(34, 34, "the series' own two tests", "conformance/scenarios"),
            row(0, 35, "a reference count per dpage", "dmem-core"),
            row(0, 36, "a device's mapping holds its dpages", "vfio"),
            row(35, 37, "documentation", "conformance/tests"));

    private PatchTable() {
    }

    /** A row: numbers in both series (0 where it is not in one), what it does, where its home may be. */
    public record Patch(int v1, int v2, String does, Set<String> folders) {
    }

    /** All of them, by their number in V2. */
    public static List<Patch> patches() {
        return PATCHES;
    }

    private static Patch row(int v1, int v2, String does, String... folders) {
        return new Patch(v1, v2, does, Set.of(folders));
    }
}
