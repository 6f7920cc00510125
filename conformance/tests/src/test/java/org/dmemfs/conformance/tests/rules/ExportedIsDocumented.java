package org.dmemfs.conformance.tests.rules;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.dmemfs.conformance.tests.house.House;
import org.dmemfs.conformance.tests.house.ReactorModule;
import org.dmemfs.kernel.Errno;

/**
 * {@code exported-is-documented}, the part that doclint (which the compiler runs on every exported package) does not
 * see: an errno that an exported method throws is in its comment; where a comment says ErrnoException, it says which,
 * itself or by a link to a method that does; and every patch number in a comment is one that there is.
 */
final class ExportedIsDocumented implements Rule {
    private static final Set<String> ERRNOS = Arrays.stream(Errno.values()).map(Errno::name)
            .collect(Collectors.toUnmodifiableSet());
    private static final Pattern THROWS = Pattern
            .compile("@throws\\s+(?:org\\.dmemfs\\.kernel\\.)?ErrnoException((?:\\{@|[^@])*)");
    private static final Pattern LINK = Pattern.compile("\\{@link\\s+(\\w*)#(\\w+)");
    private static final Pattern WORD = Pattern.compile("\\bE[A-Z0-9]{2,}\\b");
    private static final Pattern PATCH = Pattern.compile("\\bpatch(?:es)?\\s+(\\d+(?:(?:,| and| to|\\s)\\s*\\d+)*)");
    private static final Pattern NUMBER = Pattern.compile("\\d+");

    @Override
    public List<String> offences(House house) {
        List<String> offences = new ArrayList<>();
        for (ReactorModule module : house.shipped()) {
            if (module.isContract() && module.hasCode()) {
                List<SourceFile> sources = SourceFile.under(module.sources());
                sources.forEach(source -> examine(module, sources, source, offences));
            }
        }
        return offences;
    }

    private static void examine(ReactorModule module, List<SourceFile> sources, SourceFile source,
            List<String> offences) {
        for (SourceFile.Method method : source.methods()) {
            if (!method.visible()) {
                continue;
            }
            String where = "%s: %s.%s".formatted(module, method.type(), method.name().equals("<init>")
                    ? "constructor"
                    : method.name());
            Set<String> documented = errnos(sources, method, method.comment());
            source.reachable(method).stream().filter(errno -> !documented.contains(errno))
                    .map(errno -> where + " throws " + errno + " and does not say so").forEach(offences::add);
            Matcher clauses = THROWS.matcher(method.comment());
            while (clauses.find()) {
                if (errnos(sources, method, clauses.group(1)).isEmpty()) {
                    offences.add(where + " throws ErrnoException and does not say which: " + clauses.group(1).strip());
                }
            }
        }
        PATCH.matcher(source.text()).results().flatMap(match -> NUMBER.matcher(match.group(1)).results())
                .map(number -> Integer.valueOf(number.group())).filter(number -> number < 1 || number > 37)
                .map(number -> "%s: %s speaks of patch %d: there are 1 to 37".formatted(module, source.name(), number))
                .forEach(offences::add);
    }

    /** The errnos that a text names, or that the methods name to which it links. */
    private static Set<String> errnos(List<SourceFile> sources, SourceFile.Method method, String text) {
        Stream<String> linked = LINK.matcher(text).results().flatMap(link -> sources.stream()
                .flatMap(source -> source.methods().stream())
                .filter(other -> other.name().equals(link.group(2))
                        && other.type().equals(link.group(1).isEmpty() ? method.type() : link.group(1)))
                .map(SourceFile.Method::comment));
        return Stream.concat(Stream.of(text), linked).flatMap(each -> WORD.matcher(each).results())
                .map(match -> match.group()).filter(ERRNOS::contains).collect(Collectors.toSet());
    }
}
