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
        MACHINE,
        /** A booted machine with the schemes of guest memory beside it. */
        SCHEMES;

        /**
         * Whether the command works on a machine.
         *
         * @return true where one is booted for it
         */
        public boolean isMachine() {
            return compareTo(MACHINE) >= 0;
        }
    }

    /**
     * Checks a command before anything is booted for it, and tells what it needs.
     *
     * @param request the command
     * @return its surroundings
     * @throws UsageException where there is no such command, the sentence listing those that there are, or where its
     *         arguments are not those that it takes
     */
    Surroundings surroundings(CommandRequest request);

    /**
     * Runs a command to its end.
     *
     * @param request the command
     * @param console where it reads and writes; stays open
     * @return the exit code: 0, 1 where the command failed on the way, 2 for wrong input
     */
    int run(CommandRequest request, CommandConsole console);
}
