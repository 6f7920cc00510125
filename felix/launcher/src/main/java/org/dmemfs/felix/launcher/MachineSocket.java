package org.dmemfs.felix.launcher;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * One end of the connection between a client and a machine that is up: frames of a kind, a length and bytes. One thread may
 * read and one may send.
 */
final class MachineSocket implements AutoCloseable {
    private static final int LARGEST_FRAME = 1 << 20;

    /** What a frame carries. Client and machine have the same version: they come from one distribution. */
    enum Kind {
        GREETING, REQUEST, INPUT, END_OF_INPUT, OUTPUT, ERROR, EXIT
    }

    /** A frame, read or to be sent; nobody changes the bytes any more. */
    static final class Frame {
        private final Kind kind;
        private final byte[] bytes;

        Frame(Kind kind, byte[] bytes) {
            this.kind = kind;
            this.bytes = bytes;
        }

        Kind kind() {
            return kind;
        }

        byte[] bytes() {
            return bytes;
        }

        DataInputStream data() {
            return new DataInputStream(new ByteArrayInputStream(bytes));
        }
    }

    /** Writes a frame's fields. */
    interface Fields {
        void writeTo(DataOutputStream stream) throws IOException;
    }

    private final SocketChannel channel;
    private final DataInputStream input;

    MachineSocket(SocketChannel channel) {
        this.channel = channel;
        this.input = new DataInputStream(new BufferedInputStream(Channels.newInputStream(channel)));
    }

    /** The machine of that name, if it is up; a socket that nobody listens on is as good as none. */
    static Optional<MachineSocket> connect(RuntimeFolder folder, String name) throws IOException {
        Path path = folder.socket(name);
        if (!Files.exists(path)) {
            return Optional.empty();
        }
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.connect(UnixDomainSocketAddress.of(path));
            return Optional.of(new MachineSocket(channel));
        } catch (IOException nobodyListens) {
            channel.close();
            return Optional.empty();
        }
    }

    static List<String> namesOfLiving(RuntimeFolder folder) {
        return folder.socketNames().stream().filter(name -> {
            try (MachineSocket socket = connect(folder, name).orElse(null)) {
                return socket != null;
            } catch (IOException gone) {
                return false;
            }
        }).toList();
    }

    void send(Kind kind, byte[] bytes, int offset, int length) throws IOException {
        ByteBuffer frame = ByteBuffer.allocate(5 + length).put((byte) kind.ordinal()).putInt(length)
                .put(bytes, offset, length).flip();
        while (frame.hasRemaining()) {
            channel.write(frame);
        }
    }

    void send(Kind kind, Fields fields) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        fields.writeTo(new DataOutputStream(bytes));
        send(kind, bytes.toByteArray(), 0, bytes.size());
    }

    /** The next frame, or empty where the other end has closed. */
    Optional<Frame> receive() throws IOException {
        int kind = input.read();
        if (kind < 0) {
            return Optional.empty();
        }
        int length = input.readInt();
        if (kind >= Kind.values().length || length < 0 || length > LARGEST_FRAME) {
            throw new IOException("the other end speaks another version");
        }
        byte[] bytes = input.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("the other end closed in the middle of an answer");
        }
        return Optional.of(new Frame(Kind.values()[kind], bytes));
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException alreadyClosed) {
            return;
        }
    }
}
