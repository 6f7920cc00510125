package org.dmemfs.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * One start of a process that closes its output when it is ready: how long that took, and the most memory it had until
 * then.
 *
 * @param milliseconds from asking for the process to the end of its output
 * @param peakBytes the kernel's high-water mark of its resident set
 */
record Started(double milliseconds, long peakBytes) {
    private static final long SECONDS_TO_END = 20;

    static Started of(List<String> command, Map<String, String> environment) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().putAll(environment);
        long begin = System.nanoTime();
        Process process = builder.start();
        try (InputStream output = process.getInputStream()) {
            String said = new String(output.readAllBytes(), StandardCharsets.UTF_8);
            double milliseconds = (System.nanoTime() - begin) / 1e6;
            Path status = Path.of("/proc", Long.toString(process.pid()), "status");
            try {
                return new Started(milliseconds, highWaterMark(Files.readAllLines(status)));
            } catch (IOException gone) {
                // It may end at any moment of the reading; what has ended tells no high-water mark.
                throw new IOException("%s ended where it should stay: %s".formatted(command, said), gone);
            }
        } finally {
            end(process);
        }
    }

    static long highWaterMark(List<String> status) throws IOException {
        return 1024 * status.stream().filter(line -> line.startsWith("VmHWM:"))
                .map(line -> line.replaceAll("\\D", "")).map(Long::valueOf).findFirst()
                .orElseThrow(() -> new IOException("the kernel tells no VmHWM"));
    }

    private static void end(Process process) {
        process.destroy();
        try {
            if (!process.waitFor(SECONDS_TO_END, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
    }
}
