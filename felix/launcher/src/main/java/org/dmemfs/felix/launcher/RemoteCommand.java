package org.dmemfs.felix.launcher;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.dmemfs.felix.CommandConsole;
import org.dmemfs.felix.CommandRequest;
import org.dmemfs.felix.TerminalSize;
import org.dmemfs.felix.launcher.MachineSocket.Frame;
import org.dmemfs.felix.launcher.MachineSocket.Kind;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jspecify.annotations.Nullable;

/** A command that the machine which is up runs: its answer is streamed here, and a prompt's keys are streamed there. */
final class RemoteCommand {
    private static final int SECONDS_TO_END = 20;

    private final MachineSocket socket;
    private final CommandConsole console;

    RemoteCommand(MachineSocket socket, CommandConsole console) {
        this.socket = socket;
        this.console = console;
    }

    int run(Invocation invocation) throws IOException {
        Frame greeting = socket.receive().orElseThrow(RemoteCommand::gone);
        long process = greeting.data().readLong();
        int exitCode;
        if (invocation.word().equals("shell")) {
            exitCode = prompt(invocation);
        } else {
            send(invocation, null);
            exitCode = copyAnswer();
        }
        if (invocation.word().equals("down") && exitCode == Launch.SUCCESS) {
            awaitEnd(process);
        }
        return exitCode;
    }

    private void send(Invocation invocation, @Nullable TerminalSize terminal) throws IOException {
        CommandRequest request = new CommandRequest(invocation.word(), invocation.arguments(), invocation.options(),
                invocation.json(), invocation.name());
        socket.send(Kind.REQUEST, new WireRequest(request, console.directory(), terminal)::writeTo);
    }

    private int prompt(Invocation invocation) throws IOException {
        try (Terminal terminal = TerminalBuilder.builder().system(true).dumb(true).build()) {
            send(invocation, new TerminalSize(terminal.getType(), terminal.getWidth(), terminal.getHeight()));
            if (!terminal.getType().startsWith(Terminal.TYPE_DUMB)) {
                terminal.enterRawMode();
            }
            Thread.ofPlatform().daemon().name("dmem-keys").start(() -> copyKeys(terminal.input()));
            return copyAnswer();
        }
    }

    private void copyKeys(InputStream keys) {
        byte[] buffer = new byte[1024];
        try {
            int read = keys.read(buffer);
            while (read >= 0) {
                socket.send(Kind.INPUT, buffer, 0, read);
                read = keys.read(buffer);
            }
            socket.send(Kind.END_OF_INPUT, buffer, 0, 0);
        } catch (IOException ended) {
            return;
        }
    }

    private int copyAnswer() throws IOException {
        while (true) {
            Optional<Frame> frame = socket.receive();
            if (frame.isEmpty()) {
                throw gone();
            }
            byte[] bytes = frame.get().bytes();
            switch (frame.get().kind()) {
                case OUTPUT -> {
                    console.output().write(bytes, 0, bytes.length);
                    console.output().flush();
                }
                case ERROR -> {
                    console.error().write(bytes, 0, bytes.length);
                    console.error().flush();
                }
                case EXIT -> {
                    return bytes[0];
                }
                default -> throw new IOException("the machine speaks another version");
            }
        }
    }

    private static IOException gone() {
        return new IOException("the machine ended before it answered");
    }

    private static void awaitEnd(long process) throws IOException {
        Optional<ProcessHandle> handle = ProcessHandle.of(process);
        if (handle.isEmpty()) {
            return;
        }
        try {
            handle.get().onExit().get(SECONDS_TO_END, TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException late) {
            throw new IOException("the process %d has not ended within %d s".formatted(process, SECONDS_TO_END), late);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
