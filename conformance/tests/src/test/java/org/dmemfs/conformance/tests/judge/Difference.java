package org.dmemfs.conformance.tests.judge;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Where the model answers otherwise than the host: one row each, with the answers of both and the reason. The first
 * group is what the facts say of dmemfs; the second is what kernels after the one of the series, 5.10, do otherwise. A row holds for its pairs alone; the first whose condition is met counts.
 */
@SuppressWarnings("ImmutableEnumChecker") // sets that are copied, conditions without state
enum Difference {
    /** The pages. */
    PRIVATE_MAPPING("mmap", "ok", "EINVAL",
            "a file of dmemfs has no pages that a store could copy (patch 05)", files(), When::privateMapping),
    /** The length. */
    LENGTH_IN_PARTS_OF_PAGES("mmap", "ok", "EINVAL",
            "hugetlbfs rounds the length up, dmemfs refuses it (patch 24)", huge(), When::lengthInPartsOfPages),
    /** The size. */
    MAPPING_EXTENDS_THE_FILE("mmap", "ok, and the file grows", "ok",
            "hugetlbfs makes a file as long as a mapping that may be stored to, dmemfs does not (patch 05)", huge(),
            When::mappingExtendsTheFile),
    /** The order of a refusal. */
    REFUSED_BEFORE_THE_OLD_IS_GONE("mmap", "EINVAL, and what was there is gone", "EINVAL, and nothing changes",
            "dmemfs refuses a length before room is made (patch 24), hugetlbfs an offset afterwards", huge(),
            When::refusedBeforeTheOldIsGone),
    /** The protection. */
    PROTECTION_CHANGE("mprotect", "ok", "EINVAL",
            "VM_DMEM keeps the protection it was mapped with (patch 23)", files(), When::protectionChange),
    /** The protection of a part. */
    PROTECTION_CHANGE_BEFORE_A_HOLE("mprotect", "ENOMEM", "EINVAL",
            "VM_DMEM is refused where it begins, before the hole behind it is reached (patch 23)", files(),
            When::protectionChangeBeforeAHole),
    /** The place. */
    MOVE("mremap", "ok", "EINVAL",
            "VM_DMEM neither grows nor moves (patch 23)", files(), When::move),
    /** The length of a mapping. */
    GROWTH("mremap", "ok", "EINVAL",
            "VM_DMEM neither grows nor moves (patch 23)", tmpfs(), When::growth),
    /** The room. */
    GROWTH_WITHOUT_ROOM("mremap", "ENOMEM", "EINVAL",
            "VM_DMEM is refused before room is looked for (patch 23)", tmpfs(), When::growthWithoutRoom),
    /** The end of a mapping. */
    BEYOND_THE_MAPPING("mremap", "EFAULT", "EINVAL",
            "VM_DMEM is refused before its end is looked at (patch 23)", files(), When::beyondTheMapping),
    /** The address of a shrink. */
    SHRINK_AT_A_CUT_PAGE("mremap", "EINVAL", "ok",
            "hugetlbfs refuses an address within a page, to dmemfs a shrink is the munmap of its tail", huge(),
            When::shrinkAtACutPage),
    /** The lengths of a resize. */
    RESIZE_BY_PARTS_OF_PAGES("mremap", "ok", "EINVAL",
            "hugetlbfs rounds both lengths up, dmemfs refuses the cut (patch 16) or the growth (patch 23)", huge(),
            When::resizeByPartsOfPages),
    /** Residency. */
    IN_CORE("mincore", "0 for what was not touched", "1 always",
            "V2 tells every page of VM_DMEM to be in core (patch 23)", files(), When::inCore),
    /** The size of a file. */
    SIZE_IN_PARTS_OF_PAGES("ftruncate", "ok", "EINVAL",
            "a file of dmemfs is whole dpages long (patch 06)", tmpfs(), When::sizeInPartsOfPages),
    /** Age: a shrink. */
    SHRINK_OF_A_HOLE("mremap", "EFAULT", "ok",
            "5.10 unmaps the tail of a shrink before it looks for the mapping; kernels since 5.16 look first", all(),
            When::shrinkOfAHole),
    /** Age: a refused cut. */
    HOLE_BEFORE_A_CUT_PAGE("mremap", "EFAULT", "EINVAL",
            "5.10 unmaps before it looks for the mapping, and is refused a cut; kernels since 5.16 look first", huge(),
            When::holeBeforeACutPage),
    /** Age: a refused move. */
    UNMAPPED_BEFORE_THE_REFUSAL("mremap", "EFAULT or EINVAL, and nothing changes",
            "the same, and the target and the tail of a shrink are gone",
            "5.10 unmaps both before it looks at the mapping; kernels since 6.16 look first", all(),
            When::unmappedBeforeTheRefusal),
    /** Age: a wide move. */
    MOVE_OF_SEVERAL("mremap", "ok", "EFAULT",
            "kernels since 6.17 move several mappings, and what is between, at once", anonymous(), When::moveOfSeveral);

    private final String call;
    private final String host;
    private final String model;
    private final String why;
    private final Set<Pair> pairs;
    private final Predicate<Occurrence> condition;

    Difference(String call, String host, String model, String why, Set<Pair> pairs, Predicate<Occurrence> condition) {
        this.call = call;
        this.host = host;
        this.model = model;
        this.why = why;
        this.pairs = pairs;
        this.condition = condition;
    }

    static Optional<Difference> of(Occurrence occurrence) {
        for (Difference each : values()) {
            if (each.pairs.contains(occurrence.pair()) && each.condition.test(occurrence)) {
                return Optional.of(each);
            }
        }
        return Optional.empty();
    }

    Set<Pair> pairs() {
        return pairs;
    }

    /** Whether it comes from the age of the host's kernel, so that it need not occur on an older one. */
    boolean comesFromTheHostsAge() {
        return EnumSet.range(SHRINK_OF_A_HOLE, MOVE_OF_SEVERAL).contains(this);
    }

    private static Set<Pair> all() {
        return EnumSet.allOf(Pair.class);
    }

    private static Set<Pair> files() {
        return EnumSet.complementOf(EnumSet.of(Pair.ANONYMOUS));
    }

    private static Set<Pair> tmpfs() {
        return EnumSet.of(Pair.TMPFS);
    }

    private static Set<Pair> anonymous() {
        return EnumSet.of(Pair.ANONYMOUS);
    }

    private static Set<Pair> huge() {
        return EnumSet.of(Pair.HUGETLBFS_2M, Pair.HUGETLBFS_1G);
    }

    @Override
    public String toString() {
        return "%s, %s: %s says the host, %s the model: %s".formatted(name(), call, host, model, why);
    }
}
