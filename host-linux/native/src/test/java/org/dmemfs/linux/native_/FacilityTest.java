package org.dmemfs.linux.native_;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Dictionary;
import java.util.List;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.linux.HostKvm;
import org.dmemfs.linux.MissingFacility;
import org.dmemfs.tracing.KernelLog;
import org.junit.jupiter.api.Test;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;

/** A facility is a service, or what is missing is one; the log has one line of either. */
class FacilityTest {
    private final KernelLog log = new KernelLog();
    private final List<String> registered = new ArrayList<>();
    private final BundleContext context = (BundleContext) Proxy.newProxyInstance(FacilityTest.class.getClassLoader(),
            new Class<?>[]{BundleContext.class}, (proxy, method, arguments) -> {
                Object facility = arguments[2] instanceof Dictionary<?, ?> properties
                        ? properties.get("facility")
                        : "none";
                registered.add(((Class<?>) arguments[0]).getSimpleName() + " " + arguments[1] + " " + facility);
                return Proxy.newProxyInstance(FacilityTest.class.getClassLoader(),
                        new Class<?>[]{ServiceRegistration.class},
                        (registration, call, values) -> registered.add("gone"));
            });

    @Test
    void whatPassedItsSelfTestIsTheService() {
        Facility<String> facility = new Facility<>(context, log, String.class, () -> "the provider", "host x",
                "absent");
        assertThat(registered).containsExactly("String the provider none");
        assertThat(log.lines()).singleElement().extracting(KernelLog.Line::text)
                .isEqualTo("host x passed the self test");
        assertThat(facility.withdraw()).isEqualTo("the provider");
        assertThat(registered).last().isEqualTo("gone");
    }

    @Test
    void whatFailedItIsToldWithItsReason() {
        Facility<HostKvm> facility = new Facility<>(context, log, HostKvm.class, () -> {
            throw new ErrnoException(Errno.EACCES, "/dev/kvm is closed to this process");
        }, "host kvm", "guests run on the interpreter");
        MissingFacility missing = new MissingFacility("HostKvm", Errno.EACCES, "/dev/kvm is closed to this process");
        assertThat(registered).containsExactly("MissingFacility " + missing + " HostKvm");
        assertThat(log.lines()).singleElement().extracting(KernelLog.Line::text).isEqualTo(
                "host kvm: EACCES, guests run on the interpreter: /dev/kvm is closed to this process");
        assertThat(facility.withdraw()).isNull();
        assertThat(registered).last().isEqualTo("gone");
    }
}
