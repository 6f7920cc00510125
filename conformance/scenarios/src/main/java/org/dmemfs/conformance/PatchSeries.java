package org.dmemfs.conformance;

import static org.dmemfs.conformance.SeriesPatch.Absence.NO_EFFECT;
import static org.dmemfs.conformance.SeriesPatch.Absence.OTHER_ANSWERS;
import static org.dmemfs.conformance.SeriesPatch.Absence.UNSATISFIED_CONSUMERS;

import java.util.List;
import java.util.Optional;
import org.dmemfs.conformance.SeriesPatch.Absence;

/**
 * The 37 patches: the one table of them. V1's 33 is V2's 33 by number and title, its 35 is V2's 37; the others have one
 * number in both.
 */
public final class PatchSeries {
    private static final String HUGE_BUT_NOT_SPECIAL = "the entry is huge but not special: get_user_pages_fast and the "
            + "status query of move_pages oops, munmap still works";
    private static final String BAD_PMD = "munmap logs a bad pmd and clears the entry, and no TLB is told";
    private static final String NO_FRAME = "follow_pfn answers EINVAL: KVM_RUN answers EFAULT and a DMA map fails";

    private static final List<SeriesPatch> PATCHES = List.of(
            both(1, "a file system type of its own, with pagesize=, directories and files", UNSATISFIED_CONSUMERS,
                    "there is no such file system, and what works on its files cannot be had", "dmemfs"),
            both(2, "dmem= on the command line: memory taken out before a struct page is made", UNSATISFIED_CONSUMERS,
                    "nothing is reserved: no pool, and nothing above it", "dmem-reserve"),
            both(3, "the allocator of dpages over the reserved regions", UNSATISFIED_CONSUMERS,
                    "reserved memory cannot be taken by anybody", "dmem-core"),
            both(4, "PAT takes RAM without struct page for write-back", OTHER_ANSWERS,
                    "the first fault oopses in lookup_memtype", "mm-hooks"),
            both(5, "mmap of a file, faults by 4K entries, the tree of dpages", UNSATISFIED_CONSUMERS,
                    "a file's bytes cannot be reached: the file system has nothing to offer to whoever maps it",
                    "dmemfs"),
            both(6, "truncate, down too", OTHER_ANSWERS, "a file that shrinks keeps the entries beyond its end",
                    "dmemfs"),
            both(7, "trace events of allocator and file system", OTHER_ANSWERS, "there are no events", "tracing"),
            both(8, "figures in debugfs", OTHER_ANSWERS, "there are no files in debugfs", "tracing"),
            both(9, "ptrace reads and writes a mapping", OTHER_ANSWERS, "a ptrace peek answers EIO", "dmemfs"),
            both(10, "how many dpages one fault may take", OTHER_ANSWERS,
                    "one fault fills to the end of the file or to the next entry", "dmemfs"),
            both(11, "the kernel's memory policies made available to the allocator", NO_EFFECT,
                    "it lets the allocator call what it could not; the calls are those of patch 12, whose scenarios prove "
                            + "it",
                    "dmem-core", "kernel"),
            both(12, "the policy of a mapping chooses the node of its dpages", OTHER_ANSWERS,
                    "memory policies are ignored: the local node, then its fallback list", "dmem-core", "kernel"),
            both(13, "a pfn can say that it is dmem", OTHER_ANSWERS, HUGE_BUT_NOT_SPECIAL, "mm-hooks"),
            both(14, "a PMD of dmem is told from one of transparent huge pages", OTHER_ANSWERS, HUGE_BUT_NOT_SPECIAL,
                    "mm-hooks"),
            both(15, "the lock of a huge PMD is had for dmem too", OTHER_ANSWERS, BAD_PMD, "mm-hooks"),
            both(16, "a mapping is only split at a dpage", OTHER_ANSWERS,
                    "a misaligned munmap is accepted, and the zap of a part of a huge entry is a VM_BUG_ON", "dmemfs"),
            both(17, "unmapping takes a PMD of dmem away", OTHER_ANSWERS, BAD_PMD, "mm-hooks"),
            both(18, "follow_page answers for a PMD of dmem", OTHER_ANSWERS,
                    "the status query of move_pages answers ENOENT, not EEXIST", "mm-hooks"),
            both(19, "fast get_user_pages backs off from a PMD of dmem", OTHER_ANSWERS,
                    "get_user_pages_fast oopses on 2M; V2's part: mbind with MPOL_MF_STRICT oopses", "mm-hooks"),
            both(20, "a PMD of dmem can be inserted", OTHER_ANSWERS, HUGE_BUT_NOT_SPECIAL, "mm-hooks"),
            both(21, "follow_pfn answers for a PMD", OTHER_ANSWERS, NO_FRAME, "mm-hooks"),
            both(22, "KVM tells dmem from MMIO", UNSATISFIED_CONSUMERS,
                    "nobody can ask whether a frame is dmem", "kvm-x86", "dmem-core"),
            both(23, "VM_DMEM: mprotect, mremap and mincore know such a mapping", OTHER_ANSWERS,
                    "mprotect answers 0 with a bad pmd; mremap that grows EFAULT, a move of the same size succeeds; "
                            + "mincore 0",
                    "mm-hooks"),
            both(24, "faults by 2M", OTHER_ANSWERS, "faults fall to 4K", "dmemfs"),
            both(25, "a device does not get to write what its owner may not", OTHER_ANSWERS,
                    "a writing DMA map of a read-only mapping succeeds", "vfio"),
            both(26, "a PUD can be of dmem", OTHER_ANSWERS, HUGE_BUT_NOT_SPECIAL, "mm-hooks"),
            both(27, "what 15 and 17 to 20 are for a PMD, for a PUD", OTHER_ANSWERS,
                    "munmap logs a bad pud; get_user_pages_fast at 1G oopses", "mm-hooks"),
            both(28, "faults by 1G", OTHER_ANSWERS, "faults fall to 2M", "dmemfs"),
            both(29, "follow_pfn answers for a PUD", OTHER_ANSWERS, NO_FRAME, "mm-hooks"),
            both(30, "bitmaps of three tiers, by size", OTHER_ANSWERS,
                    "a region over 128 GiB fails with ENOMEM: its error bitmap exceeds the 4 MiB of kmalloc",
                    "dmem-core"),
            both(31, "a memory error on dmem is handled: the bad dpage is set aside", OTHER_ANSWERS,
                    "memory_failure answers ENXIO, memory outside kernel control", "mce", "dmem-core"),
            both(32, "whoever has the bad dpage mapped hears of it", OTHER_ANSWERS,
                    "the bit is set and nobody is told", "mce"),
            both(33, "steal time of a guest on dmem (V1 switched it off for all)", OTHER_ANSWERS,
                    "steal time stays 0 for a guest on dmem", "kvm-x86"),
            both(34, "the series' own two tests", NO_EFFECT, "the machine does not know of them",
                    "conformance/scenarios"),
            new SeriesPatch(0, 35, "a reference count per dpage", List.of("dmem-core"), OTHER_ANSWERS,
                    "a dpage has no count: patch 36 is not satisfied, and a truncate frees memory under DMA"),
            new SeriesPatch(0, 36, "a device's mapping holds its dpages", List.of("vfio"), OTHER_ANSWERS,
                    "a truncate frees memory under DMA"),
            new SeriesPatch(35, 37, "documentation", List.of("conformance/tests"), NO_EFFECT,
                    "it is text; its home is the test that holds docs to the code, which is not shipped"));

    private PatchSeries() {
    }

    /**
     * All of them.
     *
     * @return by their number in V2, an immutable list
     */
    public static List<SeriesPatch> patches() {
        return PATCHES;
    }

    /**
     * One of them.
     *
     * @param v2 a number in V2
     * @return the patch, empty where there is none of that number
     */
    public static Optional<SeriesPatch> patch(int v2) {
        return PATCHES.stream().filter(patch -> patch.v2() == v2).findFirst();
    }

    private static SeriesPatch both(int number, String title, Absence absence, String withoutIt, String... folders) {
        return new SeriesPatch(number, number, title, List.of(folders), absence, withoutIt);
    }
}
