package org.dmemfs.reserve.hostram;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import org.dmemfs.linux.HostMemory;
import org.dmemfs.linux.native_.HostMemoryComponent;
import org.dmemfs.tracing.KernelLog;
import org.osgi.framework.BundleContext;

/** This host's memory, as its bundle registers it after its self test. */
final class Host {
    private static final HostMemory MEMORY = registered();

    private Host() {
    }

    static HostMemory memory() {
        return MEMORY;
    }

    /** Whether this process still maps or has open a memory of a name. */
    static boolean holds(String name) throws IOException {
        return Files.readString(Path.of("/proc/self/maps")).contains("/memfd:" + name + " ");
    }

    private static HostMemory registered() {
        AtomicReference<HostMemory> service = new AtomicReference<>();
        KernelLog log = new KernelLog();
        Object context = Proxy.newProxyInstance(Host.class.getClassLoader(), new Class<?>[]{BundleContext.class},
                (proxy, method, arguments) -> {
                    if (method.getName().equals("registerService")
                            && arguments[1] instanceof HostMemory registeredMemory) {
                        service.set(registeredMemory);
                    }
                    return null;
                });
        new HostMemoryComponent((BundleContext) context, log);
        HostMemory memory = service.get();
        if (memory == null) {
            throw new AssertionError("no host memory: " + log.lines());
        }
        return memory;
    }
}
