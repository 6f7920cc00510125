package org.dmemfs.felix.launcher;

import java.io.IOException;
import java.io.PrintStream;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.dmemfs.felix.CommandConsole;
import org.dmemfs.felix.CommandInterpreter;
import org.dmemfs.felix.CommandInterpreter.Surroundings;
import org.dmemfs.felix.CommandRequest;
import org.dmemfs.felix.Distribution;
import org.dmemfs.felix.MachineOptions;
import org.dmemfs.felix.Option;
import org.dmemfs.felix.UsageException;

/** One run of the launcher: the machine that is up answers, or one is started for this command. */
final class Launch {
    static final int SUCCESS = 0;
    static final int FAILURE = 1;
    static final int WRONG_INPUT = 2;

    /** Set in the process that {@code up} detaches. */
    static final String STAY = "dmem.stay";

    private final RuntimeFolder folder;
    private final CommandConsole console;

    Launch(RuntimeFolder folder, CommandConsole console) {
        this.folder = folder;
        this.console = console;
    }

    int run(String... words) {
        try {
            Invocation invocation = Invocation.read(console.directory(), words);
            Optional<MachineSocket> up = MachineSocket.connect(folder, invocation.name());
            if (up.isPresent()) {
                try (MachineSocket socket = up.get()) {
                    return new RemoteCommand(socket, console).run(invocation);
                }
            }
            if (invocation.word().equals("up") && !Boolean.getBoolean(STAY)) {
                return new DetachedMachine(folder, console).start(invocation, words);
            }
            return runHere(invocation);
        } catch (UsageException refused) {
            return complain(refused, WRONG_INPUT);
        } catch (RuntimeException | IOException failed) {
            return complain(failed, FAILURE);
        }
    }

    private int runHere(Invocation invocation) {
        Distribution distribution = Distribution.ofLauncher();
        MachineOptions options = distribution.options().with(invocation.options());
        try (FelixMachine machine = FelixMachine.prepare(distribution, options, folder)) {
            // Stays until the process ends: a signal while the machine is being closed waits for that.
            Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(machine::close));
            return interpret(invocation, machine);
        }
    }

    private int interpret(Invocation invocation, FelixMachine machine) {
        CommandInterpreter interpreter = machine.service(CommandInterpreter.class);
        CommandRequest request = request(invocation, machine.options());
        Surroundings surroundings = interpreter.surroundings(request);
        boolean stays = invocation.word().equals("up");
        if (surroundings.isMachine()) {
            requireNoName(invocation, stays);
        }
        machine.surround(surroundings);
        if (surroundings.isMachine() && !stays) {
            notices(invocation).println("No machine is up: a fresh one boots for this command ("
                    + machine.options().describe() + ").");
        }
        if (stays || invocation.word().equals("shell")) {
            machine.standing().watchBundles(console.error());
        }
        int exitCode = interpreter.run(request, console);
        if (stays && exitCode == SUCCESS) {
            // Whoever started this process waits for the end of its streams.
            console.output().close();
            console.error().close();
            machine.complete();
            machine.standing().awaitEnd();
        }
        return exitCode;
    }

    private void requireNoName(Invocation invocation, boolean stays) {
        if (invocation.at() != null && !stays) {
            List<String> names = MachineSocket.namesOfLiving(folder);
            throw new UsageException("no machine named %s is up: %s".formatted(invocation.at(),
                    names.isEmpty()
                            ? "dmem up --at " + invocation.at() + " starts it"
                            : "up are " + String.join(", ", names)));
        }
    }

    private static CommandRequest request(Invocation invocation, MachineOptions options) {
        Map<Option, String> all = new EnumMap<>(Option.class);
        for (Option option : Option.values()) {
            // A command line that nobody chose follows the machine that it is for, which the command knows.
            if (option != Option.CMDLINE || options.chosen().containsKey(option)) {
                all.put(option, options.get(option));
            }
        }
        return new CommandRequest(invocation.word(), invocation.arguments(), all, invocation.json(),
                invocation.name());
    }

    private PrintStream notices(Invocation invocation) {
        return invocation.json() ? console.error() : console.output();
    }

    private int complain(Exception failure, int exitCode) {
        console.output().flush();
        console.error().println("dmem: " + sentence(failure));
        if (System.getenv("DMEM_STACK_TRACE") != null) {
            failure.printStackTrace(console.error());
        }
        return exitCode;
    }

    private static String sentence(Exception failure) {
        return failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
    }
}
