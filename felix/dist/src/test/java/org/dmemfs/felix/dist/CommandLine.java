package org.dmemfs.felix.dist;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The distribution's script, run as a user runs it, with folders of its own for all that it may leave behind. */
final class CommandLine {
    private static final int PATIENCE_SECONDS = 120;

    private final Path distribution;
    private final Path folder;
    private boolean startUpCache;

    /** What a command answered. */
    record Answer(int exitCode, String output, String error) {
        List<String> errorLines() {
            return error.lines().filter(line -> !line.startsWith("booting,")).toList();
        }
    }

    CommandLine(Path distribution, Path folder) {
        this.distribution = distribution;
        this.folder = folder;
    }

    static Path assembled() {
        return Path.of(System.getProperty("dmem.distribution"));
    }

    CommandLine withStartUpCache() {
        startUpCache = true;
        return this;
    }

    Path runtimeFolder() {
        return folder.resolve("run/dmem");
    }

    Path caches() {
        return folder.resolve("cache/dmem/aot");
    }

    List<String> leftBehind() throws IOException {
        if (!Files.exists(runtimeFolder())) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(runtimeFolder())) {
            return entries.map(entry -> runtimeFolder().relativize(entry).toString()).sorted().toList();
        }
    }

    ProcessBuilder command(String... words) throws IOException {
        Files.createDirectories(folder.resolve("run"));
        List<String> command = new ArrayList<>(List.of(distribution.resolve("bin/dmem").toString()));
        command.addAll(Arrays.asList(words));
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile())
                .redirectInput(Path.of("/dev/null").toFile());
        builder.environment().putAll(Map.of("XDG_RUNTIME_DIR", folder.resolve("run").toString(), "XDG_CACHE_HOME",
                folder.resolve("cache").toString(), "XDG_STATE_HOME", folder.resolve("state").toString(), "JAVA_HOME",
                System.getProperty("java.home"), "DMEM_AOT", startUpCache ? "on" : "off"));
        return builder;
    }

    Answer run(String... words) throws IOException, InterruptedException {
        // Files, not pipes: a process that stays would keep a pipe open if it forgot to close it, and hide that here.
        Path output = Files.createTempFile(folder, "output", "");
        Path error = Files.createTempFile(folder, "error", "");
        Process process = command(words).redirectOutput(output.toFile()).redirectError(error.toFile()).start();
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IllegalStateException("no answer to " + Arrays.toString(words));
        }
        return new Answer(process.exitValue(), Files.readString(output), Files.readString(error));
    }
}
