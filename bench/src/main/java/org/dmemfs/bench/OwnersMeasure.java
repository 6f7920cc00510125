package org.dmemfs.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What pool and file system keep for 320 GiB that files have in dpages of 2M, read back from a process of its own. The peer
 * is the same memory's {@code struct page}, which is arithmetic.
 */
final class OwnersMeasure {
    private static final double MEBIBYTE = 1024 * 1024;
    private static final List<Integer> FILES = List.of(1, 64);
    private static final String GROUP = "owners of 320 GiB in 2M";

    RatioTable run() throws IOException {
        RatioTable table = new RatioTable();
        table.add(new RatioTable.Row(GROUP, RatioTable.PEER, (320L << 30) / 4096 * 64 / MEBIBYTE, "MiB",
                "computed: struct page"));
        for (int files : FILES) {
            String[] words = probe(files).split(" ", -1);
            double all = (Long.parseLong(words[1]) + Long.parseLong(words[2])) / MEBIBYTE;
            double trees = Long.parseLong(words[3]) / MEBIBYTE;
            table.add(new RatioTable.Row(GROUP, "pool and owner index, " + words[0] + " files", all - trees, "MiB",
                    "read back: %.3f outside the heap and in it, without the %.3f of the files' own trees"
                            .formatted(all, trees)));
            table.add(new RatioTable.Row(GROUP, "with the files' trees, " + words[0] + " files", all, "MiB",
                    "read back"));
        }
        return table;
    }

    private static String probe(int files) throws IOException {
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:NativeMemoryTracking=summary", "-XX:+UseSerialGC", "-Xmx512m",
                "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", Assembled.option(),
                "-cp", System.getProperty("java.class.path"), OwnersProbe.class.getName(), Integer.toString(files))
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        List<String> lines = new ArrayList<>();
        try (BufferedReader said = process.inputReader()) {
            said.lines().forEach(lines::add);
        }
        if (lines.size() != 1) {
            throw new IOException("the probe of %d files said %s".formatted(files, lines));
        }
        return lines.getFirst();
    }
}
