package org.dmemfs.tracing.ftrace;

import java.util.Arrays;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.Patch;
import org.dmemfs.tracing.PseudoFileSystem;
import org.dmemfs.tracing.Statistic;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/**
 * The debugfs tree of the statistics that are published, each file one decimal u64 and a line feed (patch 08). Of two
 * statistics of one path the newer is shown.
 */
@Patch(v1 = 8, v2 = 8)
@Component(configurationPid = "org.dmemfs.tracing.ftrace", property = "mountPoint=" + Debugfs.MOUNT_POINT)
public final class Debugfs implements PseudoFileSystem {
    static final String MOUNT_POINT = "/sys/kernel/debug";

    private final ConcurrentMap<String, Statistic> statistics = new ConcurrentSkipListMap<>();

    private volatile boolean shown;

    /**
     * An empty tree.
     *
     * @param configuration whether there are files
     */
    @Activate
    public Debugfs(CollectorConfiguration configuration) {
        this(isPatched(configuration));
    }

    Debugfs(boolean patched) {
        this.shown = patched;
    }

    private static boolean isPatched(CollectorConfiguration configuration) {
        return Arrays.stream(configuration.without()).noneMatch(number -> number == 8);
    }

    /**
     * Patch 08 taken out: no file is there. Put back: all are.
     *
     * @param configuration whether there are files
     */
    @Modified
    void modified(CollectorConfiguration configuration) {
        show(isPatched(configuration));
    }

    void show(boolean patched) {
        shown = patched;
    }

    /**
     * Shows a statistic from now on.
     *
     * @param statistic the statistic
     */
    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addStatistic(Statistic statistic) {
        statistics.put(statistic.path(), statistic);
    }

    /**
     * Takes a statistic away, unless a newer one has its path.
     *
     * @param statistic the statistic
     */
    void removeStatistic(Statistic statistic) {
        statistics.remove(statistic.path(), statistic);
    }

    @Override
    public String mountPoint() {
        return MOUNT_POINT;
    }

    @Override
    public SortedSet<String> files() {
        return shown
                ? Collections.unmodifiableSortedSet(new TreeSet<>(statistics.keySet()))
                : Collections.emptySortedSet();
    }

    @Override
    public String read(String path) {
        Statistic statistic = shown ? statistics.get(path) : null;
        if (statistic == null) {
            throw new ErrnoException(Errno.ENOENT, "there is no file " + MOUNT_POINT + "/" + path + ": there are "
                    + (files().isEmpty() ? "none" : String.join(", ", files())));
        }
        return Long.toUnsignedString(statistic.read()) + "\n";
    }
}
