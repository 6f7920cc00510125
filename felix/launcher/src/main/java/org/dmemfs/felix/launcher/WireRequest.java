package org.dmemfs.felix.launcher;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.dmemfs.felix.CommandRequest;
import org.dmemfs.felix.Option;
import org.dmemfs.felix.TerminalSize;
import org.jspecify.annotations.Nullable;

/** A request as it passes over the socket. */
record WireRequest(CommandRequest request, Path directory, @Nullable TerminalSize terminal) {
    void writeTo(DataOutputStream stream) throws IOException {
        write(stream, directory.toString());
        write(stream, request.word());
        stream.writeInt(request.arguments().size());
        for (String argument : request.arguments()) {
            write(stream, argument);
        }
        stream.writeInt(request.options().size());
        for (Map.Entry<Option, String> option : request.options().entrySet()) {
            write(stream, option.getKey().word());
            write(stream, option.getValue());
        }
        stream.writeBoolean(request.json());
        write(stream, request.at());
        stream.writeBoolean(terminal != null);
        if (terminal != null) {
            write(stream, terminal.type());
            stream.writeInt(terminal.columns());
            stream.writeInt(terminal.rows());
        }
    }

    static WireRequest read(DataInputStream stream) throws IOException {
        Path directory = Path.of(text(stream));
        String word = text(stream);
        List<String> arguments = new ArrayList<>();
        for (int left = stream.readInt(); left > 0; left--) {
            arguments.add(text(stream));
        }
        Map<Option, String> options = new EnumMap<>(Option.class);
        for (int left = stream.readInt(); left > 0; left--) {
            String name = text(stream);
            String value = text(stream);
            options.put(Option.named(name).orElseThrow(() -> new IOException("unknown option " + name)), value);
        }
        boolean json = stream.readBoolean();
        String at = text(stream);
        TerminalSize terminal = stream.readBoolean()
                ? new TerminalSize(text(stream), stream.readInt(), stream.readInt())
                : null;
        return new WireRequest(new CommandRequest(word, arguments, options, json, at), directory, terminal);
    }

    // Not writeUTF, which ends at 64 KiB: a script may be longer.
    private static void write(DataOutputStream stream, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        stream.writeInt(bytes.length);
        stream.write(bytes);
    }

    private static String text(DataInputStream stream) throws IOException {
        return new String(stream.readNBytes(stream.readInt()), StandardCharsets.UTF_8);
    }
}
