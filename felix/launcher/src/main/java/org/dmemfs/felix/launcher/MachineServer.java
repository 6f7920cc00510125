package org.dmemfs.felix.launcher;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.dmemfs.felix.StandingMachine;
import org.dmemfs.felix.UsageException;

/** Listens for the clients of a machine that stays, each served by a thread of its own. */
final class MachineServer implements AutoCloseable {
    private final FelixMachine machine;
    private final StandingMachine standing;
    private final ServerSocketChannel listening;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final AtomicBoolean ending = new AtomicBoolean();
    private final AtomicInteger answering = new AtomicInteger();

    private MachineServer(FelixMachine machine, StandingMachine standing, ServerSocketChannel listening) {
        this.machine = machine;
        this.standing = standing;
        this.listening = listening;
    }

    static MachineServer open(FelixMachine machine, RuntimeFolder folder, String name) throws IOException {
        folder.ensure();
        Path socket = folder.socket(name);
        long process = ProcessHandle.current().pid();
        // Linking a socket that is listened on already makes the name appear at once, with its mode and only if it is free.
        Path unnamed = folder.path().resolve(name + "." + process);
        Files.deleteIfExists(unnamed);
        ServerSocketChannel listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            listening.bind(UnixDomainSocketAddress.of(unnamed));
            Files.setPosixFilePermissions(unnamed, PosixFilePermissions.fromString("rw-------"));
            link(folder, name, unnamed, socket);
        } catch (IOException | RuntimeException failed) {
            listening.close();
            throw failed;
        } finally {
            Files.deleteIfExists(unnamed);
        }
        MachineServer server = new MachineServer(machine, new StandingMachine(name, process, socket), listening);
        Thread.ofPlatform().daemon().name("dmem-accept").start(server::accept);
        return server;
    }

    private static void link(RuntimeFolder folder, String name, Path unnamed, Path socket) throws IOException {
        try {
            Files.createLink(socket, unnamed);
        } catch (FileAlreadyExistsException taken) {
            Optional<MachineSocket> living = MachineSocket.connect(folder, name);
            if (living.isPresent()) {
                living.get().close();
                throw new UsageException(
                        "a machine named " + name + " is up already: dmem down ends it, --at names another one");
            }
            Files.deleteIfExists(socket);
            Files.createLink(socket, unnamed);
        }
    }

    StandingMachine standing() {
        return standing;
    }

    private void accept() {
        while (true) {
            try {
                SocketChannel channel = listening.accept();
                answering.incrementAndGet();
                Thread.ofPlatform().daemon().name("dmem-client").start(() -> serve(channel));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(SocketChannel channel) {
        try (MachineSocket socket = new MachineSocket(channel)) {
            new ClientSession(machine, standing, socket).serve();
        } catch (IOException clientGone) {
            return;
        } finally {
            if (answering.decrementAndGet() == 0 && ending.get()) {
                ended.countDown();
            }
        }
    }

    /** Ends once every client that is being served has its answer. */
    void endAfterAnswers() {
        ending.set(true);
        close();
    }

    void awaitEnd() throws InterruptedException {
        ended.await();
    }

    @Override
    public void close() {
        try {
            if (listening.isOpen()) {
                Files.deleteIfExists(standing.socket());
                listening.close();
            }
        } catch (IOException alreadyGone) {
            ended.countDown();
        }
        if (answering.get() == 0 || !ending.get()) {
            ended.countDown();
        }
    }
}
