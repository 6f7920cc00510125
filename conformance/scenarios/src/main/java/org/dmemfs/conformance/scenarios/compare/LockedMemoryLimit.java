package org.dmemfs.conformance.scenarios.compare;

import java.io.IOException;
import java.util.EnumSet;
import java.util.Hashtable;
import java.util.Map;
import java.util.Set;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.mm.AddressSpaces;
import org.dmemfs.mm.MapFlag;
import org.dmemfs.mm.Protection;
import org.dmemfs.mm.Task;
import org.dmemfs.vfio.Container;
import org.dmemfs.vfio.DmaPermission;
import org.dmemfs.vfio.Vfio;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;

/** RLIMIT_MEMLOCK of the machine's tasks, which whoever runs guests with devices raises. */
final class LockedMemoryLimit {
    private static final String PID = "org.dmemfs.vfio.type1";
    private static final long TRIAL_BYTES = 1L << 20;
    private static final long PATIENCE_NANOSECONDS = 20_000_000_000L;

    private final ConfigurationAdmin configurations;
    private final AddressSpaces addressSpaces;
    private final Vfio vfio;

    LockedMemoryLimit(ConfigurationAdmin configurations, AddressSpaces addressSpaces, Vfio vfio) {
        this.configurations = configurations;
        this.addressSpaces = addressSpaces;
        this.vfio = vfio;
    }

    /** Lifts it; on return it is in force. */
    @SuppressWarnings("JdkObsolete") // Configuration Admin takes a dictionary
    void lift() {
        if (isLifted()) {
            return;
        }
        try {
            Configuration configuration = configurations.getConfiguration(PID, "?");
            var properties = configuration.getProperties();
            Hashtable<String, Object> changed = new Hashtable<>(Map.of("memlock", -1L));
            if (properties != null) {
                properties.keys().asIterator().forEachRemaining(key -> changed.putIfAbsent(key, properties.get(key)));
            }
            configuration.update(changed);
        } catch (IOException unwritable) {
            throw new ErrnoException(Errno.EIO, "the configuration " + PID + " cannot be written", unwritable);
        }
        long start = System.nanoTime();
        while (!isLifted()) {
            if (System.nanoTime() - start > PATIENCE_NANOSECONDS) {
                throw new ErrnoException(Errno.EIO, "the limit of locked memory does not follow its configuration");
            }
            Thread.onSpinWait();
        }
    }

    private boolean isLifted() {
        try (Task task = addressSpaces.newTask("limit", 0); Container container = vfio.open("limit", task)) {
            long start = task.addressSpace().mmap(0, TRIAL_BYTES, Set.of(Protection.READ, Protection.WRITE),
                    Set.of(MapFlag.PRIVATE, MapFlag.ANONYMOUS), null, 0);
            container.mapDma(0, start, TRIAL_BYTES, EnumSet.allOf(DmaPermission.class));
            return true;
        } catch (ErrnoException limited) {
            if (limited.errno() != Errno.ENOMEM) {
                throw limited;
            }
            return false;
        }
    }
}
