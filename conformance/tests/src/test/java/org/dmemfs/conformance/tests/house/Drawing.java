package org.dmemfs.conformance.tests.house;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The floors and arrows of docs/architecture.puml, whose comment says what each sign means. */
public final class Drawing {
    private static final Pattern PACKAGE = Pattern.compile("package \"([^\"]+)\"(?: as (\\w+))? \\{");
    private static final Pattern COMPONENT = Pattern.compile("component \"([^\"]+)\" as (\\w+)((?: <<[^>]+>>)*)");
    private static final Pattern ARROW = Pattern.compile("(\\w+) --> (\\w+)");
    private static final Pattern FLOOR = Pattern.compile("floor (\\d+)");
    private static final Pattern IGNORED = Pattern.compile("|'.*|@\\w+|title .*");

    private final Map<String, Component> components = new LinkedHashMap<>();
    private final Map<String, Set<String>> packages = new LinkedHashMap<>();
    private final Set<Arrow> arrows = new HashSet<>();

    /** A box: a folder of the reactor on its floor. */
    public record Component(String name, String folder, int floor, boolean everyone, boolean later,
            boolean neverShipped) {
        private boolean has(String path) {
            return path.equals(folder) || path.startsWith(folder + "/");
        }
    }

    /** Who may use whom. */
    public record Arrow(String from, String to) {
    }

    private Drawing() {
    }

    /** Reads a drawing; a line that it does not understand is refused, as it might have been meant as a rule. */
    public static Drawing read(Path file) {
        try {
            return parse(Files.readString(file));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** A drawing from its text. */
    public static Drawing parse(String text) {
        Drawing drawing = new Drawing();
        Deque<String> open = new ArrayDeque<>();
        Deque<Integer> floors = new ArrayDeque<>();
        for (String raw : text.lines().toList()) {
            String line = raw.strip();
            Matcher box = PACKAGE.matcher(line);
            Matcher component = COMPONENT.matcher(line);
            Matcher arrow = ARROW.matcher(line);
            if (box.matches()) {
                Matcher floor = FLOOR.matcher(box.group(1));
                floors.push(floor.matches() ? Integer.parseInt(floor.group(1)) : -1);
                open.push(Optional.ofNullable(box.group(2)).orElse(box.group(1)));
            } else if (line.equals("}")) {
                open.pop();
                floors.pop();
            } else if (component.matches()) {
                drawing.add(component, open, floors);
            } else if (arrow.matches()) {
                drawing.draw(arrow.group(1), arrow.group(2));
            } else if (!IGNORED.matcher(line).matches()) {
                throw new IllegalArgumentException("the drawing has a line that is no rule: " + line);
            }
        }
        return drawing;
    }

    private void add(Matcher matcher, Deque<String> open, Deque<Integer> floors) {
        String stereotypes = matcher.group(3);
        String name = matcher.group(2);
        components.put(name, new Component(name, matcher.group(1), floors.element(),
                stereotypes.contains("<<everyone>>"), stereotypes.contains("<<later>>"),
                stereotypes.contains("<<never shipped>>")));
        open.forEach(enclosing -> packages.computeIfAbsent(enclosing, key -> new HashSet<>()).add(name));
    }

    private void draw(String from, String to) {
        Set<String> targets = packages.getOrDefault(to, Set.of(to));
        for (String target : targets) {
            if (!components.containsKey(from) || !components.containsKey(target)) {
                throw new IllegalArgumentException("the arrow " + from + " --> " + to + " ends at nothing drawn");
            }
            arrows.add(new Arrow(from, target));
        }
    }

    /** The same drawing with one more arrow. */
    public Drawing with(String from, String to) {
        Drawing other = new Drawing();
        other.components.putAll(components);
        other.packages.putAll(packages);
        other.arrows.addAll(arrows);
        other.draw(from, to);
        return other;
    }

    public List<Component> components() {
        return List.copyOf(components.values());
    }

    public Set<Arrow> arrows() {
        return Set.copyOf(arrows);
    }

    /** The box with a name. */
    public Component component(String name) {
        return Optional.ofNullable(components.get(name))
                .orElseThrow(() -> new IllegalArgumentException("nothing is drawn as " + name));
    }

    /** The box that a module's folder is in: the longest folder that is drawn. */
    public Optional<Component> of(ReactorModule module) {
        return components.values().stream().filter(component -> component.has(module.folder()))
                .max(Comparator.comparingInt(component -> component.folder().length()));
    }

    /** Whether one box may use another. */
    public boolean allows(Component from, Component to) {
        return from.equals(to) || !to.neverShipped() && from.neverShipped() || to.everyone() && !from.everyone()
                || arrows.contains(new Arrow(from.name(), to.name()))
                // The trace events speak of errno and page sizes; the shared headers speak of nobody.
                || from.name().equals("tracing") && to.name().equals("kernel");
    }

    /** Arrows that do not go down. */
    public List<Arrow> upward() {
        List<Arrow> upward = new ArrayList<>(arrows);
        upward.removeIf(arrow -> component(arrow.from()).floor() > component(arrow.to()).floor());
        return upward;
    }
}
