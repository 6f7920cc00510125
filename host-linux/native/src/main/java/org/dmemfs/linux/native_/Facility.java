package org.dmemfs.linux.native_;

import java.util.Map;
import java.util.function.Supplier;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.linux.MissingFacility;
import org.dmemfs.tracing.KernelLog;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;

/**
 * A facility as a service once its self test has passed, and otherwise what is missing. It is registered by hand, as a
 * component that fails while it is bound leaves its users unbound.
 */
final class Facility<T> {
    private final @Nullable T provider;
    private final @Nullable ServiceRegistration<?> registration;

    /** Tests the host; the log gets a line that begins with the name. */
    Facility(BundleContext context, KernelLog log, Class<T> type, Supplier<? extends T> selfTest, String name,
            String standIn) {
        @Nullable
        T passed = null;
        @Nullable
        ErrnoException absent = null;
        try {
            passed = selfTest.get();
        } catch (ErrnoException failed) {
            absent = failed;
        }
        provider = passed;
        if (passed != null) {
            log.info(name + " passed the self test");
            registration = context.registerService(type, passed, null);
        } else {
            registration = missing(context, log, type, absent, name, standIn);
        }
    }

    private static @Nullable ServiceRegistration<?> missing(BundleContext context, KernelLog log, Class<?> type,
            @Nullable ErrnoException absent, String name, String standIn) {
        if (absent == null) {
            return null;
        }
        String reason = String.valueOf(absent.getMessage());
        log.warn(name + ": " + absent.errno() + ", " + standIn + ": " + reason);
        return context.registerService(MissingFacility.class,
                new MissingFacility(type.getSimpleName(), absent.errno(), reason),
                FrameworkUtil.asDictionary(Map.of("facility", type.getSimpleName())));
    }

    /** Takes the service away; what it was is closed by its component. */
    @Nullable
    T withdraw() {
        if (registration != null) {
            registration.unregister();
        }
        return provider;
    }
}
