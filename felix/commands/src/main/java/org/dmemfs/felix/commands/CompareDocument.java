package org.dmemfs.felix.commands;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.dmemfs.conformance.ComparedAnswer;
import org.dmemfs.conformance.ComparedOperation;
import org.dmemfs.kernel.MemorySize;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.schemes.KernelChange;
import org.dmemfs.schemes.MetadataCost;
import org.dmemfs.schemes.Scheme;

/**
 * What {@code compare} found out.
 *
 * @param schemes the columns
 * @param operations the rows
 */
record CompareDocument(List<Compared> schemes, List<Row> operations) implements Report {
    private static final long GIB = 1L << 30;
    private static final List<Long> MACHINES = List.of(320 * GIB, 1024 * GIB);

    /** A kind of data that a scheme costs. */
    record Cost(String kind, long bytes, String formula) {
    }

    /** What a number of bytes in pages of a size costs. */
    record Costs(long ofBytes, String pageSize, long bytes, List<Cost> kinds) {
    }

    /** A scheme. */
    record Compared(String name, String title, String scheme, String kernel, boolean hypothetical,
            List<String> pageSizes,
            List<KernelChange> changes, List<String> published, Map<String, String> machine, List<Costs> metadata) {
        static Compared of(Scheme scheme, Map<String, String> machine) {
            var what = scheme.description();
            List<Costs> costs = new ArrayList<>();
            for (PageSize size : what.pageSizes().stream().sorted().toList()) {
                for (long bytes : MACHINES) {
                    List<MetadataCost> kinds = scheme.metadata(bytes, size);
                    costs.add(new Costs(bytes, size.label(), kinds.stream().mapToLong(MetadataCost::bytes).sum(),
                            kinds.stream().map(each -> new Cost(each.kind().label(), each.bytes(), each.formula()))
                                    .toList()));
                }
            }
            return new Compared(what.name(), what.title(), what.scheme(), what.kernel(), what.hypothetical(),
                    what.pageSizes().stream().sorted().map(PageSize::label).toList(), what.changes(),
                    what.published(), new TreeMap<>(machine), costs);
        }

        List<String> lines() {
            List<String> lines = new ArrayList<>();
            lines.add("%s: Linux %s, pages of %s".formatted(title, kernel, String.join(", ", pageSizes)));
            changes.forEach(change -> lines.add("  needs: %s%s".formatted(change.what(), change.files() == 0
                    ? ""
                    : " (%d files, +%d/-%d)".formatted(change.files(), change.linesAdded(), change.linesRemoved()))));
            metadata.forEach(each -> lines.add("  %s in pages of %s cost %s".formatted(
                    MemorySize.format(each.ofBytes()), each.pageSize(), MemorySize.format(each.bytes()))));
            published.forEach(each -> lines.add("  published: " + each));
            return lines;
        }
    }

    /** The schemes of a machine, and the operations that it knows. */
    record Listing(List<Compared> schemes, List<ComparedOperation> operations) implements Report {
        @Override
        public List<String> lines() {
            return schemes.stream().flatMap(each -> each.lines().stream()).toList();
        }
    }

    /** One scheme's answers. */
    record Run(String scheme, List<ComparedAnswer> answers) implements Report {
        @Override
        public List<String> lines() {
            return answers.stream().map(each -> "%s: %s".formatted(each.operation(), each.answer())).toList();
        }
    }

    /** What every scheme answers to one operation. */
    record Row(String operation, String meaning, Map<String, String> answers) {
        static Row of(ComparedOperation operation, List<Run> runs) {
            Map<String, String> answers = new LinkedHashMap<>();
            runs.forEach(run -> run.answers().stream().filter(each -> each.operation().equals(operation.name()))
                    .forEach(each -> answers.put(run.scheme(), each.answer())));
            return new Row(operation.name(), operation.meaning(), answers);
        }

        List<String> lines(Map<String, String> titles) {
            List<String> lines = new ArrayList<>();
            lines.add("%s (%s)".formatted(operation, meaning));
            Map<String, List<String>> byAnswer = new LinkedHashMap<>();
            answers.forEach((scheme, answer) -> byAnswer.computeIfAbsent(answer, _ -> new ArrayList<>())
                    .add(titles.getOrDefault(scheme, scheme)));
            byAnswer.forEach((answer, schemes) -> lines.add("  %s: %s".formatted(answer, String.join(", ", schemes))));
            return lines;
        }
    }

    @Override
    public List<String> lines() {
        Map<String, String> titles = new LinkedHashMap<>();
        schemes.forEach(each -> titles.put(each.name(), each.title()));
        List<String> lines = new ArrayList<>();
        operations.forEach(row -> lines.addAll(row.lines(titles)));
        lines.add("");
        schemes.forEach(each -> lines.addAll(each.lines()));
        lines.add("All of it is the model's: each scheme on a machine of its own, booted now with the scheme's words.");
        return lines;
    }
}
