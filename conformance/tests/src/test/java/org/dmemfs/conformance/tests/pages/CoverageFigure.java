package org.dmemfs.conformance.tests.pages;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The last line of the build: JaCoCo's aggregate as one figure. There is no floor to it, so nobody has to game it. */
final class CoverageFigure {
    private static final int MISSED_BRANCHES = 5;
    private static final int MISSED_LINES = 7;

    private CoverageFigure() {
    }

    public static void main(String[] words) throws IOException {
        System.out.println(sentence(Files.readAllLines(Path.of(words[0]))));
    }

    /** The sentence for a report whose first line names its columns, as JaCoCo writes it. */
    static String sentence(List<String> report) {
        long[] sums = new long[MISSED_LINES + 2];
        for (String line : report.subList(1, report.size())) {
            String[] columns = line.split(",", -1);
            for (int column = MISSED_BRANCHES; column < sums.length; column++) {
                sums[column] += Long.parseLong(columns[column]);
            }
        }
        return "Coverage of the whole: %s of lines, %s of branches (%d of %d lines)".formatted(
                percent(sums, MISSED_LINES), percent(sums, MISSED_BRANCHES), sums[MISSED_LINES + 1],
                sums[MISSED_LINES] + sums[MISSED_LINES + 1]);
    }

    private static String percent(long[] sums, int missed) {
        long all = sums[missed] + sums[missed + 1];
        return all == 0 ? "none" : "%.1f %%".formatted(100.0 * sums[missed + 1] / all);
    }
}
