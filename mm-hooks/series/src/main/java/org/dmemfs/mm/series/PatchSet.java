package org.dmemfs.mm.series;

import java.util.Set;
import java.util.TreeSet;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.kernel.SeriesVersion;
import org.dmemfs.mm.HookSet;
import org.jspecify.annotations.Nullable;

/**
 * The patches of the memory manager in one version of the series, some of them perhaps taken out. A patch that uses what a
 * missing one would define gets the stub that the series has for architectures without it. Immutable.
 */
final class PatchSet implements HookSet {
    private static final Set<Integer> ALL = Set.of(4, 13, 14, 15, 17, 18, 19, 20, 21, 23, 26, 27, 29);

    private final SeriesVersion series;
    private final Set<Integer> patches;
    private final @Nullable MemoryTypeHook memoryType;
    private final @Nullable FrameHook frame;
    private final @Nullable VmDmem vmDmem;
    private final Level pmd;
    private final Level pud;

    /** The hooks of one level. */
    private record Level(@Nullable HugeEntryHook hugeEntry, @Nullable EntryTest lock, @Nullable EntryTest zap,
            @Nullable FollowHook follow, @Nullable EntryTest fastGup, @Nullable EntryTest pageWalk,
            @Nullable InsertHook insert, @Nullable EntryTest followPfn, @Nullable EntryTest spuriousFault) {
    }

    /**
     * All patches but some.
     *
     * @param series whose answers
     * @param without the numbers of the patches that are taken out
     * @throws ErrnoException EINVAL where a number is not one of a patch that lives here
     */
    PatchSet(SeriesVersion series, Set<Integer> without) {
        for (int number : without) {
            if (!ALL.contains(number)) {
                throw new ErrnoException(Errno.EINVAL,
                        "patch " + number + " is not one of the memory manager's: " + new TreeSet<>(ALL));
            }
        }
        this.series = series;
        TreeSet<Integer> left = new TreeSet<>(ALL);
        left.removeAll(without);
        patches = Set.copyOf(left);
        memoryType = has(4) ? new PagelessMemoryType() : null;
        frame = has(13) ? new PfnDmem() : null;
        vmDmem = has(23) ? new VmDmem(series) : null;
        pmd = pmdLevel();
        pud = pudLevel();
    }

    private boolean has(int number) {
        return patches.contains(number);
    }

    private Level pmdLevel() {
        HugeEntryHook entry = has(14) ? new PmdSpecial() : null;
        EntryTest special = stubbed(entry);
        FastGupSpecialPmd gup = has(19) ? new FastGupSpecialPmd(special) : null;
        return new Level(entry, has(15) ? new PmdSpecialLock(special) : null,
                has(17) ? new ZapSpecialPmd(special) : null, has(18) ? new FollowSpecialPmd(special, series) : null,
                gup,
                walk(gup), has(20) ? new InsertDmemPmd() : null, has(21) ? new FollowPfnPmd() : null,
                spurious(special));
    }

    private Level pudLevel() {
        PudSpecial entry = has(26) ? new PudSpecial() : null;
        EntryTest special = stubbed(entry);
        EntryTest followPfn = has(29) ? new FollowPfnPud() : null;
        if (!has(27)) {
            return new Level(entry, null, null, null, null, null, entry, followPfn, spurious(special));
        }
        PudSupport support = new PudSupport(special, special, new FollowSpecialPmd(special, series), special);
        return new Level(entry, support.lock(), support.zap(), support.follow(), support.fastGup(),
                walk(support.fastGup()), entry, followPfn, spurious(special));
    }

    private static EntryTest stubbed(@Nullable HugeEntryHook entry) {
        return entry == null ? any -> false : entry::isSpecial;
    }

    private @Nullable EntryTest walk(@Nullable EntryTest gup) {
        return series == SeriesVersion.V1 ? null : gup;
    }

    private @Nullable EntryTest spurious(EntryTest special) {
        return series == SeriesVersion.REPAIRED ? new SpecialEntryFault(special) : null;
    }

    private Level level(PageSize size) {
        return size == PageSize.SIZE_1G ? pud : pmd;
    }

    @Override
    public SeriesVersion series() {
        return series;
    }

    @Override
    public Set<Integer> patches() {
        return patches;
    }

    @Override
    public @Nullable MemoryTypeHook memoryType() {
        return memoryType;
    }

    @Override
    public @Nullable FrameHook frame() {
        return frame;
    }

    @Override
    public @Nullable HugeEntryHook hugeEntry(PageSize level) {
        return level(level).hugeEntry();
    }

    @Override
    public @Nullable EntryTest lock(PageSize level) {
        return level(level).lock();
    }

    @Override
    public @Nullable EntryTest zap(PageSize level) {
        return level(level).zap();
    }

    @Override
    public @Nullable FollowHook follow(PageSize level) {
        return level == PageSize.SIZE_4K ? vmDmem : level(level).follow();
    }

    @Override
    public @Nullable EntryTest fastGup(PageSize level) {
        return level(level).fastGup();
    }

    @Override
    public @Nullable EntryTest pageWalk(PageSize level) {
        return level(level).pageWalk();
    }

    @Override
    public @Nullable InsertHook insert(PageSize level) {
        return level(level).insert();
    }

    @Override
    public @Nullable EntryTest followPfn(PageSize level) {
        return level(level).followPfn();
    }

    @Override
    public @Nullable EntryTest spuriousFault(PageSize level) {
        return level(level).spuriousFault();
    }

    @Override
    public @Nullable AreaHook area() {
        return vmDmem;
    }
}
