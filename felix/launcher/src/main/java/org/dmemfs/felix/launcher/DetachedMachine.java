package org.dmemfs.felix.launcher;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.dmemfs.felix.CommandConsole;

/**
 * {@code up}: the same command line in a process of its own that outlives this one and its terminal. Its streams are copied
 * until it closes them, which says that it is ready, or ends.
 */
final class DetachedMachine {
    private final RuntimeFolder folder;
    private final CommandConsole console;

    DetachedMachine(RuntimeFolder folder, CommandConsole console) {
        this.folder = folder;
        this.console = console;
    }

    int start(Invocation invocation, String... words) throws IOException {
        List<String> command = new ArrayList<>();
        setsid().ifPresent(program -> command.add(program.toString()));
        command.addAll(ownCommandLine(words.length));
        command.addAll(Arrays.asList(words));
        Process process = new ProcessBuilder(command).redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null")
                .toFile())).start();
        Thread errors = copy(process.getErrorStream(), console.error());
        Thread answer = copy(process.getInputStream(), console.output());
        try {
            waitFor(answer);
            errors.join();
            try (MachineSocket up = MachineSocket.connect(folder, invocation.name()).orElse(null)) {
                return up == null ? process.waitFor() : Launch.SUCCESS;
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            process.destroy();
            return Launch.FAILURE;
        }
    }

    private void waitFor(Thread answer) throws InterruptedException {
        for (long second = 1; !answer.join(Duration.ofSeconds(1)); second++) {
            console.error().println("booting, " + second + " s");
        }
    }

    /** How this JVM was started, up to its jar: the machine shall run with the same options. */
    private static List<String> ownCommandLine(int words) throws IOException {
        List<String> line = new ArrayList<>(List.of(
                Files.readString(Path.of("/proc/self/cmdline"), StandardCharsets.UTF_8).split("\0", -1)));
        line.removeLast();
        List<String> own = new ArrayList<>(line.subList(0, line.size() - words));
        own.set(0, Path.of(System.getProperty("java.home"), "bin", "java").toString());
        own.add(1, "-D" + Launch.STAY + "=true");
        return own;
    }

    private static Optional<Path> setsid() {
        return Stream.of("/usr/bin/setsid", "/bin/setsid").map(Path::of).filter(Files::isExecutable).findFirst();
    }

    private static Thread copy(InputStream from, PrintStream to) {
        return Thread.ofPlatform().daemon().start(() -> {
            try (from) {
                byte[] buffer = new byte[8192];
                for (int read = from.read(buffer); read >= 0; read = from.read(buffer)) {
                    to.write(buffer, 0, read);
                    to.flush();
                }
            } catch (IOException ended) {
                return;
            }
        });
    }
}
