package org.dmemfs.core.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.dmemfs.core.pool.TestMachine.FILE;
import static org.dmemfs.core.pool.TestMachine.M;
import static org.dmemfs.core.pool.TestMachine.refused;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.dmemfs.core.DmemPool;
import org.dmemfs.core.DpageRun;
import org.dmemfs.core.PoisonEvent;
import org.dmemfs.core.PoisonListener;
import org.dmemfs.core.PoolUse;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.MemoryPolicy;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.reserve.PhysicalMemory;
import org.dmemfs.reserve.Reservation;
import org.dmemfs.tracing.KernelLog;
import org.dmemfs.tracing.Statistic;
import org.dmemfs.tracing.Tracepoint;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.util.tracker.ServiceTracker;

/** The pool's bundle and both allocators' in a framework: what comes and goes there has the effect that it should. */
class PoolBundleIT {
    private static final long WAIT_MILLISECONDS = 20_000;
    private static final String CONTRACTS = Stream.of("kernel", "tracing", "linux", "reserve", "core")
            .map(word -> "org.dmemfs." + word + ";version=1.0.0").collect(Collectors.joining(","))
            + ",org.osgi.service.cm;version=1.6.1";

    private final TestMachine machine = TestMachine.nodes(2, 128 * M);
    private final List<Bundle> bundles = new ArrayList<>();
    private Framework framework;
    private DmemPool pool;

    @BeforeEach
    void start(@TempDir Path storage) throws Exception {
        framework = ServiceLoader.load(FrameworkFactory.class).findFirst().orElseThrow()
                .newFramework(Map.of(Constants.FRAMEWORK_STORAGE, storage.toString(),
                        Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA, CONTRACTS));
        framework.start();
        BundleContext context = framework.getBundleContext();
        context.registerService(KernelLog.class, machine.log, null);
        context.registerService(Reservation.class, machine.reservation, null);
        context.registerService(PhysicalMemory.class, machine.memory, null);
        try (Stream<Path> jars = Files.list(Path.of(System.getProperty("bundles")))) {
            for (Path jar : jars.sorted().toList()) {
                install(jar);
            }
        }
        install(Path.of(System.getProperty("bundle")));
        for (Bundle bundle : bundles) {
            bundle.start();
        }
        pool = service(DmemPool.class);
        await(() -> pool.usage().allocator().equals("bitmap"));
    }

    @AfterEach
    void stop() throws Exception {
        framework.stop();
        framework.waitForStop(WAIT_MILLISECONDS);
        machine.close();
    }

    private void install(Path jar) throws BundleException, IOException {
        try (var stream = Files.newInputStream(jar)) {
            bundles.add(framework.getBundleContext().installBundle(jar.getFileName().toString(), stream));
        }
    }

    private <T> T service(Class<T> type) throws InterruptedException {
        ServiceTracker<T, T> tracker = new ServiceTracker<>(framework.getBundleContext(), type, null);
        tracker.open();
        T service = tracker.waitForService(WAIT_MILLISECONDS);
        assertThat(service).as("a service %s; the log: %s", type.getSimpleName(), machine.log.lines()).isNotNull();
        return service;
    }

    private Bundle bundle(String symbolicName) {
        return bundles.stream().filter(bundle -> bundle.getSymbolicName().equals(symbolicName)).findFirst()
                .orElseThrow();
    }

    /** The framework tells of services and configurations in its own time. */
    private static void await(Supplier<Boolean> condition) {
        long deadline = System.nanoTime() + WAIT_MILLISECONDS * 1_000_000;
        while (!condition.get()) {
            assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    private void assertLedger() {
        pool.usage().nodes().forEach(
                node -> assertThat(node.free() + node.used() + node.retired()).as("%s", node).isEqualTo(node.total()));
    }

    @Test
    @DisplayName("an allocator's bundle that stops is followed by the next, and by the first again when it returns")
    void allocatorComesAndGoes() throws Exception {
        PoolUse use = pool.use(PageSize.SIZE_2M, "/mnt");
        DpageRun run = use.takeRun(FILE, MemoryPolicy.systemDefault(), 0, 0, 5);
        bundle("org.dmemfs.core.bitmap").stop();
        assertThat(pool.usage().allocator()).isEqualTo("llfree");
        assertLedger();
        bundle("org.dmemfs.core.llfree").stop();
        assertThat(pool.usage().allocator()).isEqualTo("none");
        use.giveRun(FILE, new DpageRun(run.physicalAddress(), 2));
        refused(Errno.ENOMEM, () -> use.take(FILE, MemoryPolicy.systemDefault(), 0, 0), "no allocator bound");
        bundle("org.dmemfs.core.bitmap").start();
        await(() -> pool.usage().allocator().equals("bitmap"));
        assertThat(use.take(FILE, MemoryPolicy.systemDefault(), 0, 0)).isEqualTo(run.physicalAddress());
        assertThat(pool.usage().nodes().get(0).used()).isEqualTo(4);
        assertThat(service(DmemPool.class)).as("nobody was deactivated").isSameAs(pool);
        assertLedger();
    }

    @Test
    @DisplayName("the configuration exchanges the allocator in use")
    void configuration() throws Exception {
        PoolUse use = pool.use(PageSize.SIZE_2M, "/mnt");
        use.takeRun(FILE, MemoryPolicy.systemDefault(), 0, 0, 5);
        service(ConfigurationAdmin.class).getConfiguration("org.dmemfs.core.pool", "?").update(FrameworkUtil
                .asDictionary(Map.of("allocator", "llfree", "interleaveWeights", new String[]{"0=1", "1=2"})));
        await(() -> pool.usage().allocator().equals("llfree"));
        assertThat(service(DmemPool.class)).as("nobody was deactivated").isSameAs(pool);
        assertThat(pool.usage().nodes().get(0).used()).isEqualTo(5);
        assertLedger();
    }

    @Test
    @DisplayName("tracepoints and statistics are services while the pool is there")
    void published() throws Exception {
        assertThat(count(Tracepoint.class)).isEqualTo(4);
        assertThat(count(Statistic.class)).isEqualTo(10);
        bundle("org.dmemfs.core.pool").stop();
        assertThat(count(Tracepoint.class)).isZero();
        assertThat(count(Statistic.class)).isZero();
    }

    private int count(Class<?> type) throws InvalidSyntaxException {
        return framework.getBundleContext().getServiceReferences(type, null).size();
    }

    @Test
    @DisplayName("a listener that is a service hears of a used dpage, and no more once it has gone")
    void listener() {
        List<PoisonEvent> heard = new ArrayList<>();
        var registration = framework.getBundleContext().registerService(PoisonListener.class, heard::add, null);
        long pfn = pool.use(PageSize.SIZE_2M, "/mnt").take(FILE, MemoryPolicy.systemDefault(), 0, 0) >> 12;
        pool.memoryFailure(pfn, Set.of());
        registration.unregister();
        pool.memoryFailure(pfn + 1, Set.of());
        assertThat(heard).extracting(PoisonEvent::pfn).containsExactly(pfn);
    }

    @Test
    @DisplayName("a pool's bundle that stops leaves ENODEV, and the one that returns begins anew with clean memory")
    void poolRestarts() throws Exception {
        PoolUse use = pool.use(PageSize.SIZE_2M, "/mnt");
        long dpage = use.take(FILE, MemoryPolicy.systemDefault(), 0, 0);
        machine.memory.bytes().storeLong(dpage, 42);
        bundle("org.dmemfs.core.pool").stop();
        refused(Errno.ENODEV, () -> use.give(FILE, dpage));
        bundle("org.dmemfs.core.pool").start();
        DmemPool next = service(DmemPool.class);
        assertThat(next).isNotSameAs(pool);
        PoolUse again = next.use(PageSize.SIZE_2M, "/mnt");
        assertThat(again.take(FILE, MemoryPolicy.systemDefault(), 0, 0)).isEqualTo(dpage);
        assertThat(machine.memory.bytes().loadLong(dpage)).isZero();
    }
}
