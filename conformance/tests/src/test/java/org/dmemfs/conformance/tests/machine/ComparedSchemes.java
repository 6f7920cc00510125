package org.dmemfs.conformance.tests.machine;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.dmemfs.conformance.ComparedAnswer;
import org.dmemfs.conformance.ComparedOperation;
import org.dmemfs.conformance.Comparison;
import org.dmemfs.felix.Option;
import org.dmemfs.felix.launcher.FelixMachine;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.schemes.MetadataCost;
import org.dmemfs.schemes.Scheme;
import org.dmemfs.schemes.SchemeDescription;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;

/**
 * A run of compare: every scheme that ships, each on a machine of its own.
 *
 * @param schemes what they are, in the order of the columns
 * @param operations the rows
 * @param answers by scheme and operation
 * @param costs by scheme: what 320 GiB and a TiB cost, by page size
 */
record ComparedSchemes(List<SchemeDescription> schemes, List<ComparedOperation> operations,
        Map<String, Map<String, String>> answers, Map<String, List<Costs>> costs) {
    private static final long GIB = 1L << 30;

    /** What a number of bytes in pages of a size costs. */
    record Costs(PageSize pageSize, List<MetadataCost> of320Gib, List<MetadataCost> ofTib) {
        static long sum(List<MetadataCost> costs) {
            return costs.stream().mapToLong(MetadataCost::bytes).sum();
        }
    }

    static ComparedSchemes run() {
        List<SchemeDescription> schemes = new ArrayList<>();
        List<ComparedOperation> operations;
        Map<String, Map<String, String>> machines = new LinkedHashMap<>();
        Map<String, List<Costs>> costs = new LinkedHashMap<>();
        try (FelixMachine bare = Assembled.boot(options(Comparison.bareMachine()))) {
            Comparison comparison = bare.service(Comparison.class);
            operations = comparison.operations();
            for (String name : comparison.schemes()) {
                Scheme scheme = scheme(bare, name);
                schemes.add(scheme.description());
                machines.put(name, comparison.machine(name));
                costs.put(name, scheme.description().pageSizes().stream().sorted(Comparator.naturalOrder())
                        .map(size -> new Costs(size, scheme.metadata(320 * GIB, size),
                                scheme.metadata(1024 * GIB, size)))
                        .toList());
            }
        }
        Map<String, Map<String, String>> answers = new LinkedHashMap<>();
        machines.forEach((name, machine) -> {
            Map<String, String> own = new LinkedHashMap<>();
            try (FelixMachine booted = Assembled.boot(options(machine))) {
                booted.service(Comparison.class).run(name, _ -> {
                }).forEach((ComparedAnswer answer) -> own.put(answer.operation(), answer.answer()));
            }
            answers.put(name, own);
        });
        return new ComparedSchemes(schemes, operations, answers, costs);
    }

    String answer(String scheme, String operation) {
        return Objects.requireNonNull(
                Objects.requireNonNull(answers.get(scheme), scheme + " was not run").get(operation),
                operation + " was not run on " + scheme);
    }

    private static Map<Option, String> options(Map<String, String> words) {
        Map<Option, String> options = new EnumMap<>(Option.class);
        words.forEach((word, value) -> options.put(Option.named(word).orElseThrow(), value));
        return options;
    }

    private static Scheme scheme(FelixMachine machine, String name) {
        BundleContext context = machine.context();
        try {
            return context.getServiceReferences(Scheme.class, "(scheme=" + name + ")").stream()
                    .map(context::getService).filter(Objects::nonNull).findFirst().orElseThrow();
        } catch (InvalidSyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
