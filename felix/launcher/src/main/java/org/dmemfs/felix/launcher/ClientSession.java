package org.dmemfs.felix.launcher;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.dmemfs.felix.CommandConsole;
import org.dmemfs.felix.CommandInterpreter;
import org.dmemfs.felix.CommandInterpreter.Surroundings;
import org.dmemfs.felix.CommandRequest;
import org.dmemfs.felix.Option;
import org.dmemfs.felix.StandingMachine;
import org.dmemfs.felix.UsageException;
import org.dmemfs.felix.launcher.MachineSocket.Frame;
import org.dmemfs.felix.launcher.MachineSocket.Kind;

/**
 * One client of a machine that is up. The command runs in the session's thread; what it writes passes through a queue to a
 * thread that sends, since an interrupted command would otherwise close the connection it writes to.
 */
final class ClientSession {
    private static final int QUEUED_FRAMES = 64;

    private final FelixMachine machine;
    private final StandingMachine standing;
    private final MachineSocket socket;
    private final BlockingQueue<Frame> outgoing = new LinkedBlockingQueue<>(QUEUED_FRAMES);
    private final InputQueue input = new InputQueue();

    ClientSession(FelixMachine machine, StandingMachine standing, MachineSocket socket) {
        this.machine = machine;
        this.standing = standing;
        this.socket = socket;
    }

    void serve() throws IOException {
        socket.send(Kind.GREETING, stream -> stream.writeLong(standing.processId()));
        Optional<Frame> first = socket.receive();
        if (first.isEmpty() || first.get().kind() != Kind.REQUEST) {
            return;
        }
        WireRequest wire = WireRequest.read(first.get().data());
        if (wire.terminal() == null) {
            input.end();
        }
        Thread command = Thread.currentThread();
        Thread sender = Thread.ofPlatform().daemon().name("dmem-sender").start(this::send);
        Thread.ofPlatform().daemon().name("dmem-receiver").start(() -> receive(command));
        int exitCode;
        try (PrintStream output = stream(Kind.OUTPUT); PrintStream error = stream(Kind.ERROR)) {
            exitCode = run(wire, new CommandConsole(input, output, error, wire.directory(), wire.terminal()));
        }
        try {
            outgoing.put(new Frame(Kind.EXIT, new byte[]{(byte) exitCode}));
            sender.join();
        } catch (InterruptedException clientGone) {
            sender.interrupt();
        }
    }

    private int run(WireRequest wire, CommandConsole console) {
        try {
            CommandRequest request = wire.request();
            CommandInterpreter interpreter = machine.service(CommandInterpreter.class);
            Surroundings surroundings = interpreter.surroundings(request);
            if (surroundings.isMachine()) {
                refuseOtherOptions(request);
            }
            machine.surround(surroundings);
            return interpreter.run(request, console);
        } catch (UsageException refused) {
            console.error().println("dmem: " + refused.getMessage());
            return Launch.WRONG_INPUT;
        }
    }

    private void refuseOtherOptions(CommandRequest request) {
        for (Map.Entry<Option, String> chosen : request.options().entrySet()) {
            String own = machine.options().get(chosen.getKey());
            if (!own.equals(chosen.getValue())) {
                throw new UsageException("--%s %s is not what the machine %s was booted with, which is %s: "
                        .formatted(chosen.getKey().word(), chosen.getValue(), standing.name(), own)
                        + "leave the option out, or end that machine with dmem down");
            }
        }
    }

    private PrintStream stream(Kind kind) {
        return new PrintStream(new OutputStream() {
            @Override
            public void write(int value) throws IOException {
                write(new byte[]{(byte) value}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                byte[] copy = new byte[length];
                System.arraycopy(bytes, offset, copy, 0, length);
                try {
                    outgoing.put(new Frame(kind, copy));
                } catch (InterruptedException interrupted) {
                    Thread.currentThread().interrupt();
                    throw new InterruptedIOException("the command was interrupted");
                }
            }
        }, true, StandardCharsets.UTF_8);
    }

    private void send() {
        try {
            Frame frame;
            do {
                frame = outgoing.take();
                socket.send(frame.kind(), frame.bytes(), 0, frame.bytes().length);
            } while (frame.kind() != Kind.EXIT);
        } catch (IOException | InterruptedException clientGone) {
            // The command goes on to its end or its interruption; nobody reads what it says.
            outgoing.clear();
        }
    }

    private void receive(Thread command) {
        try {
            Optional<Frame> frame = socket.receive();
            while (frame.isPresent()) {
                if (frame.get().kind() == Kind.INPUT) {
                    input.add(frame.get().bytes());
                } else if (frame.get().kind() == Kind.END_OF_INPUT) {
                    input.end();
                }
                frame = socket.receive();
            }
        } catch (IOException clientGone) {
            input.end();
        }
        input.end();
        command.interrupt();
    }

    /** What the client typed. */
    private static final class InputQueue extends InputStream {
        private static final byte[] END = new byte[0];

        private final BlockingQueue<byte[]> chunks = new LinkedBlockingQueue<>();
        private byte[] current = new byte[0];
        private int position;
        private boolean ended;

        void add(byte[] bytes) {
            if (bytes.length > 0) {
                chunks.add(bytes);
            }
        }

        void end() {
            chunks.add(END);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            if (position == current.length && !next()) {
                return -1;
            }
            int copied = Math.min(length, current.length - position);
            System.arraycopy(current, position, bytes, offset, copied);
            position += copied;
            return copied;
        }

        private boolean next() throws IOException {
            if (ended) {
                return false;
            }
            try {
                current = chunks.take();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("reading was interrupted");
            }
            position = 0;
            ended = current.length == 0;
            return !ended;
        }

        @Override
        public int available() {
            return current.length - position;
        }
    }
}
