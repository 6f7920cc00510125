package org.dmemfs.mm;

import java.util.Set;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.kernel.SeriesVersion;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * What the series changes in the memory manager, place by place. The memory manager is complete without one: at each
 * place it asks a hook, and where there is none it answers as the kernel before the series. A service with at most one
 * provider bound; a changed service property means that the answers here have changed, and the memory manager reads them
 * again, once, with page walkers quiesced.
 *
 * <p>Entries are the 64 bits of the hardware's layout ({@link EntryBit}). A level is {@link PageSize#SIZE_2M} for PMD and
 * {@link PageSize#SIZE_1G} for PUD; there is no hook of a level for {@link PageSize#SIZE_4K}, and none is asked for. Hooks
 * are called on the fault path and in lock-free walks: they must not allocate, block or throw. Safe for any thread.
 */
@ProviderType
public interface HookSet {
    /**
     * Which answers the hooks give.
     *
     * @return repaired, v2 or v1
     */
    SeriesVersion series();

    /**
     * The patches in force, by their number in the series of December 2020.
     *
     * @return an immutable set
     */
    Set<Integer> patches();

    /**
     * Patch 04: which frames have no memory type of their own because no {@code struct page} holds it.
     *
     * @return the hook, or null where the patch is out
     */
    @Nullable
    MemoryTypeHook memoryType();

    /**
     * Patch 13: which frames handed to an insert are dmem.
     *
     * @return the hook, or null where the patch is out
     */
    @Nullable
    FrameHook frame();

    /**
     * Patches 14 and 26: what a huge entry is.
     *
     * @param level 2M or 1G
     * @return the hook, or null where the patch is out
     */
    @Nullable
    HugeEntryHook hugeEntry(PageSize level);

    /**
     * Patches 15 and 27: which entries {@code pmd_trans_huge_lock} holds besides transparent huge ones.
     *
     * @param level 2M or 1G
     * @return the test, or null where the patch is out
     */
    @Nullable
    EntryTest lock(PageSize level);

    /**
     * Patches 17 and 27: which entries a zap takes as huge besides transparent ones.
     *
     * @param level 2M or 1G
     * @return the test, or null where the patch is out
     */
    @Nullable
    EntryTest zap(PageSize level);

    /**
     * Patches 18, 23 and 27: what {@code follow_page} says of an entry without {@code struct page}.
     *
     * @param level 4K for a pageless PTE (23), 2M or 1G
     * @return the hook, or null where the patch is out
     */
    @Nullable
    FollowHook follow(PageSize level);

    /**
     * Patches 19 and 27: at which entries the lock-free gup gives up.
     *
     * @param level 2M or 1G
     * @return the test, or null where the patch is out
     */
    @Nullable
    EntryTest fastGup(PageSize level);

    /**
     * Patches 19 and 27 as of V2: which entries the generic page walk reports as holes.
     *
     * @param level 2M or 1G
     * @return the test, or null where the patch is out or, as in V1, has no such part
     */
    @Nullable
    EntryTest pageWalk(PageSize level);

    /**
     * Patches 20 and 27: what an inserted dmem entry carries.
     *
     * @param level 2M or 1G
     * @return the hook, or null where the patch is out
     */
    @Nullable
    InsertHook insert(PageSize level);

    /**
     * Patches 21 and 29: through which entries {@code follow_pfn} sees.
     *
     * @param level 2M or 1G
     * @return the test, or null where the patch is out
     */
    @Nullable
    EntryTest followPfn(PageSize level);

    /**
     * Series repaired only, defect 12.2.12: on which present entries a fault is spurious. As posted, the fault path takes
     * such an entry for a bad one and clears it.
     *
     * @param level 2M or 1G
     * @return the test, or null where the answer is as posted
     */
    @Nullable
    EntryTest spuriousFault(PageSize level);

    /**
     * Patch 23: what system calls say of a mapping of dmem.
     *
     * @return the hook, or null where the patch is out
     */
    @Nullable
    AreaHook area();

    /**
     * Which huge entries without {@code struct page} mprotect changes in place, besides transparent ones. No patch of the
     * series has it; kernels with huge entries of their own do.
     *
     * @param level 2M or 1G
     * @return the test, or null where mprotect takes such an entry for a bad one
     */
    default @Nullable EntryTest protect(PageSize level) {
        return null;
    }

    /** A question about an entry. */
    @ProviderType
    @FunctionalInterface
    interface EntryTest {
        /**
         * Answers it.
         *
         * @param entry a present entry
         * @return the answer
         */
        boolean test(long entry);
    }

    /** Patch 04. */
    @ProviderType
    @FunctionalInterface
    interface MemoryTypeHook {
        /**
         * Whether a frame's memory type is the default, and cannot be changed, because it is RAM that nobody keeps a
         * {@code struct page} for.
         *
         * @param ram whether the resource tree calls it RAM
         * @param pfnValid whether it has a {@code struct page}
         * @return true where no {@code struct page} may be asked
         */
        boolean isPagelessRam(boolean ram, boolean pfnValid);
    }

    /** Patch 13. */
    @ProviderType
    @FunctionalInterface
    interface FrameHook {
        /**
         * {@code pfn_t_dmem}.
         *
         * @param flag the flag of the {@code pfn_t}
         * @return true for dmem
         */
        boolean isDmem(PfnFlag flag);
    }

    /** Patches 14 and 26. */
    @ProviderType
    interface HugeEntryHook {
        /**
         * {@code pmd_trans_huge} or {@code pud_trans_huge}.
         *
         * @param entry a present entry
         * @return true for a transparent huge page with {@code struct page}
         */
        boolean isTransparentHuge(long entry);

        /**
         * {@code pmd_special} or {@code pud_special}.
         *
         * @param entry a present entry
         * @return true for a huge page without {@code struct page}
         */
        boolean isSpecial(long entry);
    }

    /** Patches 18, 23 and 27. */
    @ProviderType
    @FunctionalInterface
    interface FollowHook {
        /**
         * {@code follow_special_pmd} and its like.
         *
         * @param entry a present entry
         * @param dump FOLL_DUMP
         * @param get FOLL_GET
         * @return EEXIST where there is an entry but no page, EFAULT where it is refused, or null where the entry is none of
         *         the hook's
         */
        @Nullable
        Errno follow(long entry, boolean dump, boolean get);
    }

    /** Patches 20 and 27. */
    @ProviderType
    @FunctionalInterface
    interface InsertHook {
        /**
         * Marks an entry as dmem ({@code pmd_mkdmem}, patch 12).
         *
         * @param entry the huge entry to be
         * @return the same with the software bits of dmem
         */
        long mark(long entry);
    }

    /** Patch 23. */
    @ProviderType
    interface AreaHook {
        /**
         * {@code vma_is_dmem}: whether mprotect that changes something, and mremap that grows or moves, are EINVAL.
         *
         * @param vma the VMA
         * @return true for a mapping of dmem
         */
        boolean isDmem(Vma vma);

        /**
         * Whether mincore reports every page of the VMA as present (V2).
         *
         * @param vma the VMA
         * @return true where it does
         */
        boolean isAlwaysInCore(Vma vma);
    }
}
