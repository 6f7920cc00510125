package org.dmemfs.felix.launcher;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.dmemfs.felix.Option;
import org.dmemfs.felix.UsageException;
import org.jspecify.annotations.Nullable;

/**
 * A command line, read. Written by hand, as it is on the way of every start and knows eight options: a library would cost
 * more time than it saves lines.
 *
 * @param word the command
 * @param arguments what follows and is not an option of the launcher's; the command checks it
 * @param options what was chosen about the machine
 * @param json whether a document is wanted
 * @param at the machine that was named, or null
 */
record Invocation(String word, List<String> arguments, Map<Option, String> options, boolean json, @Nullable String at) {
    private static final String DEFAULT_NAME = "default";

    Invocation {
        arguments = List.copyOf(arguments);
        options = Map.copyOf(options);
    }

    /** The name of the machine that is meant. */
    String name() {
        return at == null ? DEFAULT_NAME : at;
    }

    static Invocation read(Path directory, String... words) {
        Deque<String> rest = new ArrayDeque<>(Arrays.asList(words));
        List<String> plain = new ArrayList<>();
        Map<Option, String> options = new EnumMap<>(Option.class);
        boolean json = false;
        String at = null;
        boolean help = false;
        boolean optionsEnded = false;
        while (!rest.isEmpty()) {
            String word = rest.removeFirst();
            if (optionsEnded || !word.startsWith("--")) {
                plain.add(word);
                continue;
            }
            String name = word.contains("=") ? word.substring(2, word.indexOf('=')) : word.substring(2);
            if (word.contains("=") && isKnown(name)) {
                rest.addFirst(word.substring(word.indexOf('=') + 1));
            }
            switch (name) {
                case "" -> optionsEnded = true;
                case "json" -> json = true;
                case "help" -> help = true;
                case "version" -> plain.addFirst("version");
                case "at" -> at = checkedName(value(name, "the name of a machine that is up", rest));
                default -> {
                    Option option = Option.named(name).filter(known -> known != Option.ALLOCATOR).orElse(null);
                    if (option != null) {
                        String value = option.check(value(name, option.accepted(), rest));
                        options.put(option, option == Option.MACHINE ? absolute(directory, value) : value);
                    } else if (plain.isEmpty()) {
                        throw new UsageException("%s is no option: accepted are %s".formatted(word, accepted()));
                    } else {
                        plain.add(word);
                    }
                }
            }
        }
        if (help) {
            plain.addFirst("help");
        } else if (plain.isEmpty()) {
            throw new UsageException("a command is wanted, such as tour or reserve: dmem help lists them all");
        }
        return new Invocation(plain.getFirst(), plain.subList(1, plain.size()), options, json, at);
    }

    private static boolean isKnown(String name) {
        return name.equals("at") || Option.named(name).isPresent();
    }

    private static String value(String name, String accepted, Deque<String> rest) {
        String value = rest.pollFirst();
        if (value == null) {
            throw new UsageException("--%s wants a value: accepted is %s".formatted(name, accepted));
        }
        return value;
    }

    static String checkedName(String name) {
        if (!name.matches("[A-Za-z0-9_][A-Za-z0-9._-]{0,31}")) {
            throw new UsageException("--at %s is no name for a machine: accepted are up to 32 letters, digits, dots, "
                    .formatted(name) + "dashes and underscores");
        }
        return name;
    }

    // The machine that is up stands in another directory than its client.
    private static String absolute(Path directory, String machine) {
        return machine.equals("host") || machine.matches("\\d+x\\w*")
                ? machine
                : directory.resolve(machine).normalize().toString();
    }

    private static String accepted() {
        return Stream.concat(
                Stream.of(Option.values()).filter(option -> option != Option.ALLOCATOR).map(Option::word),
                Stream.of("json", "at", "help", "version")).map(word -> "--" + word)
                .collect(Collectors.joining(", "));
    }
}
