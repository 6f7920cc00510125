package org.dmemfs.tracing.ftrace;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Which events are recorded: words as {@code set_event} takes them, of which the last that matches an event decides.
 * They also decide for events that are published later.
 */
final class EventSelection {
    private static final String NOT = "!";

    private final List<EventWord> words;

    /** {@code SYSTEM:EVENT}, or one word that may be either; {@code *} stands for any letters. */
    private record EventWord(String text, Pattern pattern) {
        static EventWord of(String text) {
            String wanted = text.startsWith(NOT) ? text.substring(NOT.length()) : text;
            String glob = wanted.endsWith(":") ? wanted + "*" : wanted;
            return new EventWord(text, Pattern.compile(
                    Pattern.compile("[^*]+").matcher(glob)
                            .replaceAll(part -> Matcher.quoteReplacement(Pattern.quote(part.group())))
                            .replace("*", ".*")));
        }

        boolean chooses() {
            return !text.startsWith(NOT);
        }

        boolean matches(String system, String name) {
            return text.indexOf(':') >= 0
                    ? pattern.matcher(system + ":" + name).matches()
                    : pattern.matcher(system).matches() || pattern.matcher(name).matches();
        }
    }

    private EventSelection(List<EventWord> words) {
        this.words = List.copyOf(words);
    }

    static EventSelection of(List<String> words) {
        return new EventSelection(words.stream().map(EventWord::of).toList());
    }

    /** A word after those that are there. */
    EventSelection with(String text) {
        return new EventSelection(Stream.concat(words.stream().filter(word -> !word.text().equals(text)),
                Stream.of(EventWord.of(text))).toList());
    }

    boolean chooses(String system, String name) {
        return words.reversed().stream().filter(word -> word.matches(system, name)).findFirst()
                .map(EventWord::chooses).orElse(false);
    }

    static boolean matches(String text, String system, String name) {
        return EventWord.of(text).matches(system, name);
    }
}
