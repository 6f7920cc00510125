package org.dmemfs.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.dmemfs.kernel.PageSize;

/**
 * What the pool keeps for 320 GiB, read back from a process of its own for each size of dpages and each allocator, beside
 * what Linux keeps for the same memory, which is arithmetic: 64 bytes of {@code struct page} for each 4K, or one page of
 * them that is left for each huge page (HVO, since 5.18); and what the series as posted in December 2020 keeps.
 */
final class MetadataMeasure {
    private static final long REGION = 320L << 30;
    private static final long STRUCT_PAGE = 64;
    private static final double MEBIBYTE = 1024 * 1024;

    RatioTable run() throws IOException {
        RatioTable table = new RatioTable();
        for (PageSize pageSize : PageSize.values()) {
            String what = "metadata of 320 GiB in " + pageSize.label();
            long dpages = REGION / pageSize.bytes();
            computed(table, what, RatioTable.PEER, REGION / 4096 * STRUCT_PAGE, "struct page");
            if (pageSize != PageSize.SIZE_4K) {
                computed(table, what, "HVO", dpages * 4096, "a page of struct page for each huge page");
            }
            computed(table, what, "series as posted, V2", REGION / 4096 / 8 + dpages * 4 + dpages / 8,
                    "a bit per 4K, 4 bytes and a bit per dpage");
            for (String allocator : List.of("bitmap", "llfree")) {
                for (String line : probe(pageSize, allocator)) {
                    measured(table, what, allocator, line.split(" "));
                }
            }
        }
        return table;
    }

    private static void computed(RatioTable table, String what, String who, long bytes, String how) {
        table.add(new RatioTable.Row(what, who, bytes / MEBIBYTE, "MiB", "computed: " + how));
    }

    private static void measured(RatioTable table, String what, String allocator, String[] words) {
        double outside = Long.parseLong(words[1]) / MEBIBYTE;
        double heap = Long.parseLong(words[2]) / MEBIBYTE;
        String when = switch (words[0]) {
            case "empty" -> "nothing taken";
            case "full" -> "all taken";
            case "bad" -> "all taken, 1,000 bad";
            default -> throw new IllegalArgumentException("the probe said " + String.join(" ", words));
        };
        table.add(new RatioTable.Row(what, allocator + ", " + when, outside + heap, "MiB",
                "read back: %.3f outside the heap, %.3f in it; %.1f more resident".formatted(outside, heap,
                        Long.parseLong(words[3]) / MEBIBYTE)));
    }

    private static List<String> probe(PageSize pageSize, String allocator) throws IOException {
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:NativeMemoryTracking=summary", "-XX:+UseSerialGC", "-Xmx512m",
                "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", "-cp",
                System.getProperty("java.class.path"), MetadataProbe.class.getName(), pageSize.label(), allocator)
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        List<String> lines = new ArrayList<>();
        try (BufferedReader said = process.inputReader()) {
            said.lines().forEach(lines::add);
        }
        if (lines.size() != 3) {
            throw new IOException("the probe of %s with %s said %s".formatted(pageSize.label(), allocator, lines));
        }
        return lines;
    }
}
