package org.dmemfs.kvm.hostkvm;

import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.dmemfs.linux.HostKvm;
import org.dmemfs.linux.HostMemory;
import org.dmemfs.linux.HostUserfault;
import org.dmemfs.linux.native_.HostKvmComponent;
import org.dmemfs.linux.native_.HostMemoryComponent;
import org.dmemfs.linux.native_.HostUserfaultComponent;
import org.dmemfs.tracing.KernelLog;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;

/** This host's facilities, as their bundle registers them after their self test. */
final class Host {
    private static final Map<Object, Object> SERVICES = new ConcurrentHashMap<>();

    static {
        BundleContext context = (BundleContext) Proxy.newProxyInstance(Host.class.getClassLoader(),
                new Class<?>[]{BundleContext.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("registerService")) {
                        SERVICES.put(arguments[0], arguments[1]);
                    }
                    return null;
                });
        KernelLog log = new KernelLog();
        HostMemoryComponent memory = new HostMemoryComponent(context, log);
        HostKvmComponent kvm = new HostKvmComponent(context, log);
        HostUserfaultComponent userfault = new HostUserfaultComponent(context, log);
        SERVICES.put("kept", List.of(memory, kvm, userfault));
    }

    private Host() {
    }

    static HostMemory memory() {
        return Objects.requireNonNull(HostMemory.class.cast(SERVICES.get(HostMemory.class)), "no host memory");
    }

    static @Nullable HostUserfault userfault() {
        return HostUserfault.class.cast(SERVICES.get(HostUserfault.class));
    }

    static @Nullable HostKvm kvm() {
        return HostKvm.class.cast(SERVICES.get(HostKvm.class));
    }
}
