package org.dmemfs.felix.launcher;

import java.nio.file.Path;
import org.dmemfs.felix.CommandConsole;

/** Where the process begins. */
public final class Main {
    private Main() {
    }

    /**
     * Runs one command and ends the process with its exit code.
     *
     * @param words the command line
     */
    public static void main(String[] words) {
        CommandConsole console = new CommandConsole(System.in, System.out, System.err,
                Path.of("").toAbsolutePath(), null);
        int exitCode = new Launch(RuntimeFolder.ofUser(), console).run(words);
        System.out.flush();
        System.exit(exitCode);
    }
}
