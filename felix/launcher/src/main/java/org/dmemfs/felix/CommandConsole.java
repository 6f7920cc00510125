package org.dmemfs.felix;

import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where a command reads and writes: the process's own streams, or those of a client at the other end of a socket.
 *
 * @param input what the user types
 * @param output the command's answer
 * @param error sentences about failures, and notices where the answer is a document
 * @param directory where the user stands, for relative paths
 * @param terminal the client's terminal in raw mode; null where the process's own streams are used
 */
public record CommandConsole(InputStream input, PrintStream output, PrintStream error, Path directory,
        @Nullable TerminalSize terminal) {
}
