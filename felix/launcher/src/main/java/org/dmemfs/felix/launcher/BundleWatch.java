package org.dmemfs.felix.launcher;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.wiring.FrameworkWiring;

/**
 * Keeps the framework as the folder of bundles is: a jar that appears is installed and started, one that is replaced is
 * updated, one that goes is uninstalled. One thread does it all.
 */
final class BundleWatch implements AutoCloseable {
    private static final long QUIET_MILLISECONDS = 200;

    private final FelixMachine machine;
    private final PrintStream notices;
    private final WatchService service;
    private final Map<Path, Stamp> known = new HashMap<>();

    private record Stamp(FileTime modified, long bytes) {
    }

    private BundleWatch(FelixMachine machine, PrintStream notices, WatchService service) {
        this.machine = machine;
        this.notices = notices;
        this.service = service;
    }

    static BundleWatch start(FelixMachine machine, PrintStream notices) throws IOException {
        Path folder = machine.distribution().bundleFolder();
        BundleWatch watch = new BundleWatch(machine, notices, folder.getFileSystem().newWatchService());
        folder.register(watch.service, StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_MODIFY,
                StandardWatchEventKinds.ENTRY_DELETE);
        watch.known.putAll(watch.present());
        Thread.ofPlatform().daemon().name("dmem-bundles").start(watch::watch);
        return watch;
    }

    private void watch() {
        try {
            while (true) {
                WatchKey key = service.take();
                // A copy arrives as many events: the folder is looked at once it has been quiet.
                while (key != null) {
                    key.pollEvents();
                    key.reset();
                    key = service.poll(QUIET_MILLISECONDS, TimeUnit.MILLISECONDS);
                }
                follow(present());
            }
        } catch (InterruptedException | ClosedWatchServiceException ended) {
            return;
        }
    }

    private void follow(Map<Path, Stamp> present) {
        List<Bundle> changed = new ArrayList<>();
        for (Path gone : known.keySet().stream().filter(jar -> !present.containsKey(jar)).sorted().toList()) {
            apply(gone, "removed", changed, Bundle::uninstall);
            known.remove(gone);
        }
        present.forEach((jar, stamp) -> {
            Stamp before = known.put(jar, stamp);
            if (before == null) {
                install(jar);
            } else if (!before.equals(stamp)) {
                apply(jar, "updated", changed, bundle -> update(bundle, jar));
            }
        });
        if (!changed.isEmpty()) {
            machine.context().getBundle().adapt(FrameworkWiring.class).refreshBundles(changed);
        }
    }

    private interface Change {
        void to(Bundle bundle) throws BundleException;
    }

    private void apply(Path jar, String what, List<Bundle> changed, Change change) {
        Bundle bundle = machine.context().getBundle(jar.toUri().toString());
        if (bundle == null) {
            return;
        }
        try {
            change.to(bundle);
            changed.add(bundle);
            notices.println(jar.getFileName() + " " + what);
        } catch (BundleException failed) {
            notices.println("%s is not %s: %s".formatted(jar.getFileName(), what, failed.getMessage()));
        }
    }

    private static void update(Bundle bundle, Path jar) throws BundleException {
        try (InputStream stream = Files.newInputStream(jar)) {
            bundle.update(stream);
        } catch (IOException unreadable) {
            throw new BundleException(String.valueOf(unreadable.getMessage()), unreadable);
        }
    }

    private void install(Path jar) {
        try {
            machine.install(jar);
            notices.println(jar.getFileName() + " installed");
        } catch (BundleException failed) {
            notices.println("%s is not installed: %s".formatted(jar.getFileName(), failed.getMessage()));
        }
    }

    private Map<Path, Stamp> present() {
        Map<Path, Stamp> stamps = new HashMap<>();
        for (Path jar : machine.distribution().bundles()) {
            try {
                BasicFileAttributes attributes = Files.readAttributes(jar, BasicFileAttributes.class);
                stamps.put(jar, new Stamp(attributes.lastModifiedTime(), attributes.size()));
            } catch (IOException gone) {
                stamps.remove(jar);
            }
        }
        return stamps;
    }

    @Override
    public void close() {
        try {
            service.close();
        } catch (IOException alreadyClosed) {
            return;
        }
    }
}
