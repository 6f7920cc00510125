package org.dmemfs.conformance.tests.machine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The cells that are known from elsewhere: from the patches as posted, or measured on a real host. */
final class CompareFixture {
    private static final String FILE = "conformance/tests/src/test/resources/compare-fixture.txt";

    private CompareFixture() {
    }

    /**
     * A cell.
     *
     * @param scheme the variant
     * @param operation the row
     * @param answer what it must be
     * @param posted whether the text of the patches says it; otherwise a host did
     * @param source where
     */
    record Cell(String scheme, String operation, String answer, boolean posted, String source) {
        String mark() {
            return posted ? "p" : "m";
        }
    }

    static List<Cell> cells() {
        try (Stream<String> lines = Files.lines(
                Path.of(System.getProperty("reactor.directory", "."), FILE), StandardCharsets.UTF_8)) {
            return lines.filter(line -> !line.isBlank() && !line.startsWith("#")).flatMap(CompareFixture::cells)
                    .toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static Stream<Cell> cells(String line) {
        String[] parts = line.split("\\|", -1);
        if (parts.length != 5) {
            throw new IllegalArgumentException("not five columns: " + line);
        }
        return Stream.of(parts[0].strip().split(",")).map(scheme -> new Cell(scheme.strip(), parts[1].strip(),
                parts[2].strip(), parts[3].strip().equals("posted"), parts[4].strip()));
    }
}
