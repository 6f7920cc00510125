package org.dmemfs.felix;

import org.osgi.annotation.versioning.ProviderType;

/** Runs commands in a framework. A service of the commands; safe for any thread, each run has a session of its own. */
@ProviderType
public interface CommandInterpreter {
    /** What a command finds when it runs. */
    enum Surroundings {
        /** The framework with its commands. */
        NONE,
        /** Also the services that calculate without a machine. */
        CALCULATION,
        /** A booted machine. */
        MACHINE
    }

    /**
     * What a command needs.
     *
     * @param word the command's name
     * @return its surroundings
     * @throws UsageException where there is no such command; the sentence lists those that there are
     */
    Surroundings surroundings(String word);

    /**
     * Runs a command to its end.
     *
     * @param request the command
     * @param console where it reads and writes; stays open
     * @return the exit code: 0, 1 where the command failed on the way, 2 for wrong input
     */
    int run(CommandRequest request, CommandConsole console);
}
