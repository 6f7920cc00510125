package org.dmemfs.fs.fs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.dmemfs.core.DmemPool;
import org.dmemfs.core.NodeUsage;
import org.dmemfs.fs.Dmemfs;
import org.dmemfs.mce.MemoryFailure;
import org.dmemfs.mm.AddressSpaces;
import org.dmemfs.mm.HookSet;
import org.dmemfs.mm.MachineCheckHandler;
import org.dmemfs.reserve.PhysicalMemory;
import org.dmemfs.tracing.KernelLog;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.util.tracker.ServiceTracker;

/**
 * A machine of real bundles in a framework of its own: reservation, simulated memory, pool, memory manager, series,
 * machine checks and the file system. The contracts are this test's own classes.
 */
final class RunningMachine implements AutoCloseable {
    private static final long WAIT_MILLISECONDS = 20_000;
    private static final String CONTRACTS = Stream
            .of("kernel", "tracing", "linux", "reserve", "core", "mm", "mce", "fs")
            .map(word -> "org.dmemfs." + word + ";version=1.0.0").collect(Collectors.joining(","))
            + ",org.osgi.service.cm;version=1.6.1";

    final KernelLog log = new KernelLog();
    private final Framework framework;
    private final List<Bundle> bundles = new ArrayList<>();

    RunningMachine(Path storage, String machine, String commandLine, String series, Map<String, Object> fileSystem)
            throws Exception {
        framework = ServiceLoader.load(FrameworkFactory.class).findFirst().orElseThrow()
                .newFramework(Map.of(Constants.FRAMEWORK_STORAGE, storage.toString(),
                        Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA, CONTRACTS));
        framework.start();
        framework.getBundleContext().registerService(KernelLog.class, log, null);
        try (Stream<Path> jars = Files.list(Path.of(System.getProperty("bundles")))) {
            for (Path jar : jars.sorted().toList()) {
                install(jar);
            }
        }
        install(Path.of(System.getProperty("bundle")));
        for (Bundle bundle : bundles) {
            bundle.start();
        }
        configure("org.dmemfs.core.pool", Map.of("series", series));
        configure("org.dmemfs.core.bitmap", Map.of("series", series));
        configure("org.dmemfs.mm.series", Map.of("series", series));
        configure("org.dmemfs.mce.memoryfailure", Map.of("series", series));
        Map<String, Object> own = new HashMap<>(fileSystem);
        own.put("series", series);
        configure("org.dmemfs.fs.fs", own);
        configure("org.dmemfs.reserve.simulatedram", Map.of("of", "the machine"));
        configure("org.dmemfs.reserve.memblock",
                Map.of("machine", machine, "cmdline", commandLine, "series", series));
        service(HookSet.class);
        service(MachineCheckHandler.class);
        service(Dmemfs.class);
    }

    private void install(Path jar) throws BundleException, IOException {
        try (var stream = Files.newInputStream(jar)) {
            bundles.add(framework.getBundleContext().installBundle(jar.getFileName().toString(), stream));
        }
    }

    void configure(String pid, Map<String, Object> properties) throws Exception {
        service(ConfigurationAdmin.class).getConfiguration(pid, "?").update(FrameworkUtil.asDictionary(properties));
    }

    /** A service, waited for, and kept: an unget would end one that is made for each of its users. */
    <T> T service(Class<T> type) throws InterruptedException {
        ServiceTracker<T, T> tracker = new ServiceTracker<>(framework.getBundleContext(), type, null);
        tracker.open();
        T service = tracker.waitForService(WAIT_MILLISECONDS);
        if (service == null) {
            throw new AssertionError("no " + type.getSimpleName() + " came; the kernel log: " + log.lines());
        }
        return service;
    }

    Dmemfs dmemfs() throws InterruptedException {
        return service(Dmemfs.class);
    }

    DmemPool pool() throws InterruptedException {
        return service(DmemPool.class);
    }

    AddressSpaces addressSpaces() throws InterruptedException {
        return service(AddressSpaces.class);
    }

    PhysicalMemory memory() throws InterruptedException {
        return service(PhysicalMemory.class);
    }

    MemoryFailure memoryFailure() throws InterruptedException {
        return service(MemoryFailure.class);
    }

    Bundle bundle(String symbolicName) {
        return bundles.stream().filter(bundle -> bundle.getSymbolicName().equals(symbolicName)).findFirst()
                .orElseThrow();
    }

    /** The ledger's sum over the nodes, after the rule has been held that it adds up on each. */
    NodeUsage ledger() throws InterruptedException {
        NodeUsage sum = new NodeUsage(-1, 0, 0, 0, 0, 0, 0);
        for (NodeUsage node : pool().usage().nodes()) {
            if (node.free() + node.used() + node.retired() != node.total()) {
                throw new AssertionError("the ledger does not add up: " + node);
            }
            sum = new NodeUsage(-1, sum.total() + node.total(), sum.free() + node.free(), sum.used() + node.used(),
                    sum.pinned() + node.pinned(), sum.retired() + node.retired(), 0);
        }
        return sum;
    }

    List<String> logged(String text) {
        return log.lines().stream().map(KernelLog.Line::text).filter(line -> line.contains(text)).toList();
    }

    @Override
    public void close() throws BundleException {
        framework.stop();
        try {
            framework.waitForStop(WAIT_MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while the framework stopped", interrupted);
        }
    }
}
