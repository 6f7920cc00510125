package org.dmemfs.felix.launcher;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.dmemfs.felix.Machine;
import org.dmemfs.felix.MachineOptions;
import org.dmemfs.felix.Machines;
import org.dmemfs.felix.StandingMachine;
import org.dmemfs.felix.UsageException;
import org.jspecify.annotations.Nullable;

/** What the launcher does for the commands of one framework. */
final class MachineService implements Machines, AutoCloseable {
    private final FelixMachine machine;
    private final RuntimeFolder folder;
    private final AtomicReference<@Nullable MachineServer> server = new AtomicReference<>();
    private final AtomicReference<@Nullable BundleWatch> watch = new AtomicReference<>();

    MachineService(FelixMachine machine, RuntimeFolder folder) {
        this.machine = machine;
        this.folder = folder;
    }

    @Override
    public MachineOptions options() {
        return machine.options();
    }

    @Override
    public Machine boot(MachineOptions options) {
        return FelixMachine.boot(machine.distribution(), options, folder);
    }

    @Override
    public StandingMachine stay(String name) {
        MachineServer standing = server.get();
        if (standing != null) {
            throw new UsageException(
                    "a machine named %s is up already: dmem down ends it, --at names another one".formatted(
                            standing.standing().name()));
        }
        try {
            MachineServer opened = MachineServer.open(machine, folder, Invocation.checkedName(name));
            server.set(opened);
            return opened.standing();
        } catch (IOException failed) {
            throw new BootException("%s cannot be listened on: %s".formatted(folder.socket(name), failed.getMessage()),
                    failed);
        }
    }

    @Override
    public StandingMachine leave(String name) {
        MachineServer standing = server.get();
        if (standing == null || !standing.standing().name().equals(name)) {
            List<String> living = MachineSocket.namesOfLiving(folder);
            throw new UsageException("no machine named %s is up: %s".formatted(name,
                    living.isEmpty() ? "none is" : "up are " + String.join(", ", living)));
        }
        standing.endAfterAnswers();
        return standing.standing();
    }

    @Override
    public String version() {
        return Optional.ofNullable(MachineService.class.getPackage().getImplementationVersion()).orElse("unpacked");
    }

    @Override
    public Path home() {
        return machine.distribution().home();
    }

    void watchBundles(PrintStream notices) {
        try {
            watch.set(BundleWatch.start(machine, notices));
        } catch (IOException unwatchable) {
            notices.println("dmem: the folder bundle cannot be watched: " + unwatchable.getMessage());
        }
    }

    /** Blocks until the machine that stays is told to end, or its framework has been stopped. */
    void awaitEnd() {
        MachineServer standing = server.get();
        if (standing == null) {
            return;
        }
        try {
            Thread.ofPlatform().daemon().start(() -> {
                try {
                    machine.awaitEnd();
                    standing.close();
                } catch (InterruptedException ending) {
                    Thread.currentThread().interrupt();
                }
            });
            standing.awaitEnd();
        } catch (InterruptedException ending) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        MachineServer standing = server.getAndSet(null);
        if (standing != null) {
            standing.close();
        }
        BundleWatch watching = watch.getAndSet(null);
        if (watching != null) {
            watching.close();
        }
    }
}
