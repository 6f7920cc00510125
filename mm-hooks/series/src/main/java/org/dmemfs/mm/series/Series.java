package org.dmemfs.mm.series;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.kernel.SeriesVersion;
import org.dmemfs.mm.HookSet;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

/**
 * The series as a service: one {@link HookSet}. A change of the configuration replaces the set of patches and changes a
 * service property, which is how the memory manager hears of it.
 */
@Component(service = HookSet.class, configurationPid = Series.PID)
@Designate(ocd = Series.Configuration.class)
public final class Series implements HookSet {
    static final String PID = "org.dmemfs.mm.series";

    private volatile PatchSet set;

    /** What can be configured. */
    @ObjectClassDefinition(name = "Series", description = "The patches of the series in the memory manager")
    public @interface Configuration {
        /** Which answers: repaired, v2 or v1. */
        @AttributeDefinition(name = "Series", description = "Which answers the patches give", options = {
                @Option(label = "as it was meant", value = "repaired"),
                @Option(label = "as posted in December 2020", value = "v2"),
                @Option(label = "as posted in October 2020", value = "v1")})
        String series() default "repaired";

        /** The numbers of the patches that are taken out. */
        @AttributeDefinition(name = "Without", description = "The numbers of the patches that are taken out")
        int[] without() default {};
    }

    /** All patches but those that the configuration takes out. */
    @Activate
    public Series(Configuration configuration) {
        set = read(configuration);
    }

    /** Another configuration: another set, changed at once. */
    @Modified
    void modified(Configuration configuration) {
        set = read(configuration);
    }

    private static PatchSet read(Configuration configuration) {
        return new PatchSet(SeriesVersion.parse(configuration.series()),
                Arrays.stream(configuration.without()).boxed().collect(Collectors.toUnmodifiableSet()));
    }

    @Override
    public SeriesVersion series() {
        return set.series();
    }

    @Override
    public Set<Integer> patches() {
        return set.patches();
    }

    @Override
    public @Nullable MemoryTypeHook memoryType() {
        return set.memoryType();
    }

    @Override
    public @Nullable FrameHook frame() {
        return set.frame();
    }

    @Override
    public @Nullable HugeEntryHook hugeEntry(PageSize level) {
        return set.hugeEntry(level);
    }

    @Override
    public @Nullable EntryTest lock(PageSize level) {
        return set.lock(level);
    }

    @Override
    public @Nullable EntryTest zap(PageSize level) {
        return set.zap(level);
    }

    @Override
    public @Nullable FollowHook follow(PageSize level) {
        return set.follow(level);
    }

    @Override
    public @Nullable EntryTest fastGup(PageSize level) {
        return set.fastGup(level);
    }

    @Override
    public @Nullable EntryTest pageWalk(PageSize level) {
        return set.pageWalk(level);
    }

    @Override
    public @Nullable InsertHook insert(PageSize level) {
        return set.insert(level);
    }

    @Override
    public @Nullable EntryTest followPfn(PageSize level) {
        return set.followPfn(level);
    }

    @Override
    public @Nullable EntryTest spuriousFault(PageSize level) {
        return set.spuriousFault(level);
    }

    @Override
    public @Nullable AreaHook area() {
        return set.area();
    }
}
