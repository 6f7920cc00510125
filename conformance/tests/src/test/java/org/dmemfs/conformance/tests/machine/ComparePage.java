package org.dmemfs.conformance.tests.machine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.dmemfs.conformance.ComparedOperation;
import org.dmemfs.kernel.MemorySize;
import org.dmemfs.schemes.KernelChange;
import org.dmemfs.schemes.SchemeDescription;

/** docs/compare.md as a run makes it. The prose names cells, so that it cannot say what the run does not. */
final class ComparePage {
    private static final Path PAGE = Path.of(System.getProperty("reactor.directory", "."), "docs/compare.md");
    private static final Path PROSE = Path.of(System.getProperty("reactor.directory", "."),
            "conformance/tests/src/test/resources/compare-answer.md");
    private static final Pattern CELL = Pattern.compile("\\{([^{}:]+):([^{}]+)\\}");

    private final ComparedSchemes run;
    private final List<CompareFixture.Cell> fixture;

    ComparePage(ComparedSchemes run, List<CompareFixture.Cell> fixture) {
        this.run = run;
        this.fixture = fixture;
    }

    static String committed() {
        return read(PAGE);
    }

    private static String read(Path path) {
        try {
            return Files.readString(path, StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    void write() {
        try {
            Files.writeString(PAGE, made(), StandardCharsets.UTF_8);
        } catch (IOException unwritable) {
            throw new UncheckedIOException(unwritable);
        }
    }

    String made() {
        StringBuilder page = new StringBuilder();
        page.append(
                """
                        # Every answer to "guest memory without struct page"

                        Made from a run of `dmem compare`: each scheme on a machine of its own (two nodes of 8G), booted with the \
                        scheme's own words, the same operations on the same guest. A cell is what happened in the model. Cells \
                        marked **p** agree with the text of the patches as posted, those marked **m** with what a real host \
                        answered; every other cell is the model's reading of that kernel alone. Made anew with \
                        `-Dpages.write=true` (`ComparePageIT`).

                        """);
        page.append(prose());
        table(page, "plain and hugetlb", each -> each.scheme().equals("plain") || each.scheme().equals("hugetlb"));
        table(page, "device-dax", each -> each.scheme().equals("device-dax"));
        table(page, "/dev/mem and huge pfnmaps",
                each -> each.scheme().equals("dev-mem") || each.scheme().equals("huge-pfnmap"));
        table(page, "dmemfs", each -> each.scheme().equals("dmemfs"));
        meanings(page);
        metadata(page);
        changes(page);
        sources(page);
        return page.toString();
    }

    private String prose() {
        Matcher cells = CELL.matcher(read(PROSE));
        return cells.replaceAll(found -> Matcher.quoteReplacement(
                "`" + run.answer(found.group(1).strip(), found.group(2).strip()) + "`")) + "\n";
    }

    private void table(StringBuilder page, String title, Predicate<SchemeDescription> wanted) {
        List<SchemeDescription> columns = run.schemes().stream().filter(wanted).toList();
        page.append("## ").append(title).append("\n\n| operation | ")
                .append(columns.stream().map(SchemeDescription::title).collect(Collectors.joining(" | ")))
                .append(" |\n|---|").append("---|".repeat(columns.size())).append('\n');
        for (ComparedOperation operation : run.operations()) {
            page.append("| ").append(operation.name()).append(" | ")
                    .append(columns.stream().map(each -> cell(each.name(), operation.name()))
                            .collect(Collectors.joining(" | ")))
                    .append(" |\n");
        }
        page.append('\n');
    }

    private String cell(String scheme, String operation) {
        String known = fixture.stream()
                .filter(cell -> cell.scheme().equals(scheme) && cell.operation().equals(operation))
                .map(cell -> " **" + cell.mark() + "**").findFirst().orElse("");
        return run.answer(scheme, operation) + known;
    }

    private void meanings(StringBuilder page) {
        page.append("## What a row means for a VMM\n\n");
        run.operations().forEach(
                each -> page.append("- **").append(each.name()).append("**: ").append(each.meaning()).append(".\n"));
        page.append('\n');
    }

    private void metadata(StringBuilder page) {
        page.append("""
                ## What it costs

                Kernel data for memory that is set aside, without page tables of tasks, guests and devices.

                | scheme | pages of | 320 GiB | 1 TiB | made of (1 TiB) |
                |---|---|---|---|---|
                """);
        run.schemes().forEach(scheme -> Objects.requireNonNull(run.costs().get(scheme.name()))
                .forEach(each -> page.append("| %s | %s | %s | %s | %s |\n".formatted(scheme.title(),
                        each.pageSize().label(), size(ComparedSchemes.Costs.sum(each.of320Gib())),
                        size(ComparedSchemes.Costs.sum(each.ofTib())),
                        each.ofTib().stream().map(cost -> cost.kind().label() + " " + size(cost.bytes()))
                                .collect(Collectors.joining(", "))))));
        page.append('\n');
    }

    private static String size(long bytes) {
        return MemorySize.format(bytes);
    }

    private void changes(StringBuilder page) {
        page.append("""
                ## What the kernel needs

                | scheme | kernel | change | files | lines | places |
                |---|---|---|---|---|---|
                """);
        for (SchemeDescription scheme : run.schemes()) {
            if (scheme.changes().isEmpty()) {
                page.append("| %s | %s | none | | | |\n".formatted(scheme.title(), scheme.kernel()));
            }
            for (KernelChange change : scheme.changes()) {
                page.append("| %s | %s | %s (%s) | %s | %s | %s |\n".formatted(scheme.title(), scheme.kernel(),
                        change.what(), change.publication(), change.files() == 0 ? "not written" : change.files(),
                        change.files() == 0 ? "" : "+" + change.linesAdded() + "/-" + change.linesRemoved(),
                        String.join(", ", change.places())));
            }
        }
        page.append("\nPublished, not measured here:\n\n");
        run.schemes().forEach(scheme -> scheme.published()
                .forEach(said -> page.append("- ").append(scheme.title()).append(": ").append(said).append(".\n")));
        page.append('\n');
    }

    private void sources(StringBuilder page) {
        page.append("## Cells known from elsewhere\n\n| scheme | operation | answer | from |\n|---|---|---|---|\n");
        fixture.forEach(cell -> page.append("| %s | %s | %s | %s |\n".formatted(cell.scheme(), cell.operation(),
                cell.answer(), cell.source())));
    }
}
