package org.dmemfs.schemes;

import java.util.Set;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.kernel.SeriesVersion;
import org.dmemfs.mm.HookSet;
import org.jspecify.annotations.Nullable;

/**
 * The memory manager of a kernel without the series: none of its places is changed. A scheme whose kernel has places of its
 * own extends it. Safe for any thread.
 */
public class UnpatchedHooks implements HookSet {
    /** Nothing is changed. */
    public UnpatchedHooks() {
    }

    @Override
    public SeriesVersion series() {
        return SeriesVersion.REPAIRED;
    }

    @Override
    public Set<Integer> patches() {
        return Set.of();
    }

    @Override
    public @Nullable MemoryTypeHook memoryType() {
        return null;
    }

    @Override
    public @Nullable FrameHook frame() {
        return null;
    }

    @Override
    public @Nullable HugeEntryHook hugeEntry(PageSize level) {
        return null;
    }

    @Override
    public @Nullable EntryTest lock(PageSize level) {
        return null;
    }

    @Override
    public @Nullable EntryTest zap(PageSize level) {
        return null;
    }

    @Override
    public @Nullable FollowHook follow(PageSize level) {
        return null;
    }

    @Override
    public @Nullable EntryTest fastGup(PageSize level) {
        return null;
    }

    @Override
    public @Nullable EntryTest pageWalk(PageSize level) {
        return null;
    }

    @Override
    public @Nullable InsertHook insert(PageSize level) {
        return null;
    }

    @Override
    public @Nullable EntryTest followPfn(PageSize level) {
        return null;
    }

    @Override
    public @Nullable EntryTest spuriousFault(PageSize level) {
        return null;
    }

    @Override
    public @Nullable AreaHook area() {
        return null;
    }
}
