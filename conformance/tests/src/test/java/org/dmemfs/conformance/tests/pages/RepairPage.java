package org.dmemfs.conformance.tests.pages;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.dmemfs.conformance.tests.house.House;
import org.dmemfs.conformance.tests.house.ReactorModule;

/** docs/repairs.md: the defects of the posted code, and the classes that name them by number, read from the sources. */
final class RepairPage {
    private static final Path FILE = House.built().root().resolve("docs/repairs.md");
    private static final Pattern NUMBER = Pattern.compile("12\\.2\\.(\\d+)");
    private static final List<String> DEFECTS = List.of(
            "a region that lies inside one 1G page wraps its count of dpages round: V1 hands out memory that is not its own, V2 cannot mount",
            "two faults on one index both store: the later dpage replaces the earlier, which leaks, and two tasks see different frames",
            "the fault by 4K returns a negative errno where fault flags are wanted",
            "a tree that has no memory for an entry makes the fault loop for ever",
            "sleeping where it must not: under RCU and spinlocks",
            "the first reference that a device takes dereferences a null pointer",
            "freeing several dpages of which some are still referenced runs away",
            "unmounting while a device still holds references; the last put finds no bitmap",
            "nodes from 8 on are refused; the tail of a fallback list says node 0",
            "the page size is shown in /proc/mounts exactly when it should not be",
            "a memory error signals only with MF_MUST_KILL, at the start of the dpage, and unmaps nothing",
            "a second fault on a huge entry takes it for a bad one and clears it",
            "V1: a walk that does not know a huge entry asks for its struct page",
            "memory is not zeroed for its next owner; no quota; no free blocks in statfs",
            "the reference on a policy is dropped before its node mask is used",
            "an uninitialised cookie and return value between two patches",
            "a bad dpage that nobody maps stays in its file and goes to whoever maps it next",
            "one reference per 4K: few maps of a 1G dpage overflow its count");

    private RepairPage() {
    }

    static String made() {
        Map<Integer, SortedSet<String>> classes = classesByNumber();
        StringBuilder text = new StringBuilder(
                """
                        # Defects of the posted code, and where they are mended
                        Made from the sources, whose comments name a defect by its number. `--series repaired`, the default, has them mended; `v2`
                        and `v1` answer as posted. A defect without a class is in code that the model does not have.

                        | defect | as posted | classes |
                        |---|---|---|
                        """);
        for (int number = 1; number <= DEFECTS.size(); number++) {
            SortedSet<String> named = classes.getOrDefault(number, new TreeSet<>());
            text.append("| 12.2.%d | %s | %s |%n".formatted(number, DEFECTS.get(number - 1),
                    named.stream().map(name -> "`" + name + "`").collect(Collectors.joining(", "))));
        }
        return text.toString();
    }

    /** The page as it is committed; with the system property pages.write it is made anew before it is read. */
    static String committed() {
        try {
            if (Boolean.getBoolean("pages.write")) {
                Files.writeString(FILE, made());
            }
            return Files.readString(FILE);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static Map<Integer, SortedSet<String>> classesByNumber() {
        Map<Integer, SortedSet<String>> classes = new TreeMap<>();
        for (ReactorModule module : House.built().shipped()) {
            if (module.hasCode() && !module.folder().startsWith("conformance")) {
                read(module.sources(), classes);
            }
        }
        return classes;
    }

    private static void read(Path sources, Map<Integer, SortedSet<String>> classes) {
        try (Stream<Path> tree = Files.walk(sources)) {
            for (Path file : tree.filter(path -> path.toString().endsWith(".java")).toList()) {
                String name = String.valueOf(file.getFileName()).replace(".java", "");
                if (!name.equals("package-info")) {
                    NUMBER.matcher(Files.readString(file)).results().map(match -> Integer.valueOf(match.group(1)))
                            .forEach(number -> classes.computeIfAbsent(number, key -> new TreeSet<>()).add(name));
                }
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
