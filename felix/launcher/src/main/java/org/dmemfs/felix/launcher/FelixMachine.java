package org.dmemfs.felix.launcher;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.dmemfs.felix.CommandInterpreter.Surroundings;
import org.dmemfs.felix.Distribution;
import org.dmemfs.felix.Machine;
import org.dmemfs.felix.MachineOptions;
import org.dmemfs.felix.Machines;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;
import org.osgi.framework.startlevel.BundleStartLevel;
import org.osgi.framework.startlevel.FrameworkStartLevel;
import org.osgi.service.cm.ConfigurationAdmin;

/** A framework that is started in two steps: first its commands, then, where one needs it, the machine. */
public final class FelixMachine implements Machine {
    private static final long SECONDS_TO_STOP = 10;

    private final Distribution distribution;
    private final MachineOptions options;
    private final StartLevels levels;
    private final RuntimeFolder.Storage storage;
    private final Framework framework;
    private final MachineService service;
    private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
    private final AtomicInteger target = new AtomicInteger(StartLevels.COMMANDS);
    private final Object closing = new Object();
    private boolean closed;

    private FelixMachine(Distribution distribution, MachineOptions options, RuntimeFolder folder) {
        this.distribution = distribution;
        this.options = options;
        this.levels = new StartLevels(distribution.frameworkSettings());
        this.storage = folder.takeStorage();
        this.framework = ServiceLoader.load(FrameworkFactory.class, FelixMachine.class.getClassLoader()).findFirst()
                .orElseThrow(() -> new BootException("no OSGi framework is on the launcher's class path"))
                .newFramework(settings());
        this.service = new MachineService(this, folder);
    }

    /**
     * Boots a machine.
     *
     * @param distribution its bundles
     * @param options what it is made of
     * @return a booted machine, to be closed by the caller
     */
    public static FelixMachine boot(Distribution distribution, MachineOptions options) {
        return boot(distribution, options, RuntimeFolder.ofUser());
    }

    static FelixMachine boot(Distribution distribution, MachineOptions options, RuntimeFolder folder) {
        FelixMachine machine = prepare(distribution, options, folder);
        try {
            machine.surround(Surroundings.SCHEMES);
            return machine;
        } catch (RuntimeException failed) {
            machine.close();
            throw failed;
        }
    }

    static FelixMachine prepare(Distribution distribution, MachineOptions options, RuntimeFolder folder) {
        FelixMachine machine = new FelixMachine(distribution, options, folder);
        try {
            machine.start();
            return machine;
        } catch (BundleException | IOException failed) {
            machine.close();
            throw new BootException("Felix does not start: " + failed.getMessage(), failed);
        }
    }

    private Map<String, String> settings() {
        Map<String, String> settings = distribution.frameworkSettings();
        settings.put(Constants.FRAMEWORK_STORAGE, storage.path().resolve("felix").toString());
        settings.put(Constants.FRAMEWORK_BEGINNING_STARTLEVEL, String.valueOf(StartLevels.COMMANDS));
        settings.put(Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA,
                Stream.concat(Stream.of(settings.getOrDefault(Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA, "")),
                        distribution.sharedPackages().stream()).filter(list -> !list.isBlank())
                        .collect(Collectors.joining(",")));
        return settings;
    }

    private void start() throws BundleException, IOException {
        framework.init(this::onEvent);
        for (Path jar : distribution.bundles()) {
            install(jar);
        }
        framework.getBundleContext().registerService(Machines.class, service, FrameworkUtil.asDictionary(Map.of()));
        framework.start();
        complain();
    }

    /** Adds a bundle, which starts when its start level is reached. */
    void install(Path jar) throws BundleException {
        Bundle bundle = framework.getBundleContext().installBundle(jar.toUri().toString());
        bundle.adapt(BundleStartLevel.class).setStartLevel(levels.of(bundle.getSymbolicName()));
        if (bundle.getHeaders("").get(Constants.FRAGMENT_HOST) == null) {
            bundle.start();
        }
    }

    private void onEvent(FrameworkEvent event) {
        if (event.getType() == FrameworkEvent.ERROR) {
            failures.add("%s: %s".formatted(event.getBundle().getSymbolicName(), event.getThrowable().getMessage()));
        }
    }

    private void complain() {
        if (!failures.isEmpty()) {
            throw new BootException("a bundle does not start: " + String.join("; ", failures));
        }
    }

    /** Lets more of the framework come up; does nothing where it is up already. */
    void surround(Surroundings surroundings) {
        switch (surroundings) {
            case NONE -> {
            }
            case CALCULATION -> raise(StartLevels.CALCULATION);
            case MACHINE -> bootMachine();
            case SCHEMES -> {
                bootMachine();
                raise(StartLevels.SCHEMES);
            }
        }
        complain();
    }

    private void bootMachine() {
        if (!isBooted()) {
            configure();
            raise(StartLevels.MACHINE);
            new Components(framework.getBundleContext()).activate(options.configurations().keySet());
        }
    }

    /** Has the rest of the bundles follow a machine that is ready, while it answers already. */
    void complete() {
        framework.adapt(FrameworkStartLevel.class).setStartLevel(
                target.accumulateAndGet(StartLevels.SCHEMES, Math::max),
                this::onEvent);
    }

    /** Whether the machine itself is there. */
    boolean isBooted() {
        return level() >= StartLevels.MACHINE;
    }

    private int level() {
        return framework.adapt(FrameworkStartLevel.class).getStartLevel();
    }

    private void configure() {
        ConfigurationAdmin admin = service(ConfigurationAdmin.class);
        options.configurations().forEach((pid, properties) -> {
            try {
                admin.getConfiguration(pid, "?").update(FrameworkUtil.asDictionary(properties));
            } catch (IOException unwritable) {
                throw new BootException("the configuration %s cannot be kept: %s".formatted(pid,
                        unwritable.getMessage()), unwritable);
            }
        });
    }

    private void raise(int level) {
        // A level counts as reached before its bundles are started. Requests are met one after the other, so the answer to
        // this one comes after what others have asked for.
        CountDownLatch reached = new CountDownLatch(1);
        framework.adapt(FrameworkStartLevel.class).setStartLevel(target.accumulateAndGet(level, Math::max), event -> {
            if (event.getType() == FrameworkEvent.STARTLEVEL_CHANGED) {
                reached.countDown();
            } else {
                onEvent(event);
            }
        });
        try {
            reached.await();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new BootException("the boot was interrupted", interrupted);
        }
    }

    /** What keeps this machine beyond one command. */
    MachineService standing() {
        return service;
    }

    /** Blocks until somebody has stopped the framework. */
    void awaitEnd() throws InterruptedException {
        framework.waitForStop(0);
    }

    Distribution distribution() {
        return distribution;
    }

    @Override
    public MachineOptions options() {
        return options;
    }

    @Override
    public BundleContext context() {
        return framework.getBundleContext();
    }

    @Override
    public <S> S service(Class<S> type) {
        BundleContext context = framework.getBundleContext();
        ServiceReference<S> reference = context.getServiceReference(type);
        S service = reference == null ? null : context.getService(reference);
        if (service == null) {
            throw new IllegalStateException("the machine has no service " + type.getName());
        }
        return service;
    }

    @Override
    public List<String> unsatisfied() {
        return new Components(framework.getBundleContext()).unsatisfied();
    }

    @Override
    public void close() {
        // Whoever comes second waits for the first: it may be the last thread that keeps the process.
        synchronized (closing) {
            if (closed) {
                return;
            }
            closed = true;
            service.close();
            try {
                framework.stop();
                framework.waitForStop(SECONDS_TO_STOP * 1000);
            } catch (BundleException alreadyStopping) {
                failures.add(String.valueOf(alreadyStopping.getMessage()));
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
            storage.close();
        }
    }
}
