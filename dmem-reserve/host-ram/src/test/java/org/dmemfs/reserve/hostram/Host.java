package org.dmemfs.reserve.hostram;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.dmemfs.linux.HostMemory;
import org.dmemfs.linux.HostUserfault;
import org.dmemfs.linux.native_.HostMemoryComponent;
import org.dmemfs.linux.native_.HostUserfaultComponent;
import org.dmemfs.tracing.KernelLog;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;

/** This host's facilities, as their bundle registers them after their self tests. */
final class Host {
    private static final Map<Object, Object> SERVICES = new ConcurrentHashMap<>();
    private static final HostMemory MEMORY;

    static {
        KernelLog log = new KernelLog();
        BundleContext context = (BundleContext) Proxy.newProxyInstance(Host.class.getClassLoader(),
                new Class<?>[]{BundleContext.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("registerService")) {
                        SERVICES.put(arguments[0], arguments[1]);
                    }
                    return null;
                });
        new HostMemoryComponent(context, log);
        new HostUserfaultComponent(context, log);
        MEMORY = Objects.requireNonNull(HostMemory.class.cast(SERVICES.get(HostMemory.class)),
                () -> "no host memory: " + log.lines());
    }

    private Host() {
    }

    static HostMemory memory() {
        return MEMORY;
    }

    static @Nullable HostUserfault userfault() {
        return HostUserfault.class.cast(SERVICES.get(HostUserfault.class));
    }

    static RealPoison realPoison() {
        return new RealPoison(userfault(), false, new KernelLog());
    }

    /** Where a bad frame costs the whole page of the host. */
    static RealPoison wholePagePoison() {
        return new RealPoison(userfault(), true, new KernelLog());
    }

    /** Whether this process still maps or has open a memory of a name. */
    static boolean holds(String name) throws IOException {
        return Files.readString(Path.of("/proc/self/maps")).contains("/memfd:" + name + " ");
    }
}
