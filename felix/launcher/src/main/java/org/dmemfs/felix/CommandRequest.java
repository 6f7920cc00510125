package org.dmemfs.felix;

import java.util.List;
import java.util.Map;

/**
 * A command as a user wrote it.
 *
 * @param word the command's name
 * @param arguments what follows it and is not one of the options below
 * @param options the values of the machine's options: all where the command runs in a process of its own, otherwise those
 *        that the user wrote
 * @param json whether a document is wanted in place of text
 * @param at the name of the machine that is meant
 */
public record CommandRequest(String word, List<String> arguments, Map<Option, String> options, boolean json,
        String at) {
    /** Copies the lists. */
    public CommandRequest {
        arguments = List.copyOf(arguments);
        options = Map.copyOf(options);
    }
}
