package org.dmemfs.felix.commands;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.felix.service.command.CommandProcessor;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Converter;
import org.dmemfs.felix.CommandConsole;
import org.dmemfs.felix.CommandInterpreter;
import org.dmemfs.felix.CommandRequest;
import org.dmemfs.felix.Option;
import org.dmemfs.felix.UsageException;
import org.dmemfs.felix.commands.CommandDescription.ParameterDescription;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Runs a command of the command line as Gogo runs it at the prompt, and makes an exit code of how it ended. */
@Component
public final class Interpreter implements CommandInterpreter {
    /** The session's variable that holds the {@link CommandConsole}. */
    static final String CONSOLE = ".dmem.console";

    private final CommandProcessor processor;
    private final Catalogue catalogue;

    /** Bound by Declarative Services. */
    @Activate
    public Interpreter(@Reference CommandProcessor processor, @Reference Catalogue catalogue) {
        this.processor = processor;
        this.catalogue = catalogue;
    }

    @Override
    public Surroundings surroundings(CommandRequest request) {
        CommandDescription command = catalogue.command(request.word());
        words(command, request);
        return command.surroundings();
    }

    @Override
    public int run(CommandRequest request, CommandConsole console) {
        try (CommandSession session = processor.createSession(console.input(), console.output(), console.error())) {
            session.currentDir(console.directory());
            session.put(CONSOLE, console);
            session.put("SCOPE", "dmem:gogo:*");
            return exitCode(session, session.execute(closure(session, request)));
        } catch (UsageException refused) {
            complain(console, refused);
            return 2;
        } catch (Exception failed) {
            complain(console, failed);
            return 1;
        } finally {
            console.output().flush();
            console.error().flush();
        }
    }

    // The words are handed over as variables: they are values already and not to be parsed again.
    private String closure(CommandSession session, CommandRequest request) {
        List<String> words = words(catalogue.command(request.word()), request);
        catalogue.lacking(request.word()).ifPresent(lack -> {
            throw new IllegalStateException("%s cannot run on this machine, which lacks %s".formatted(request.word(),
                    lack));
        });
        StringBuilder line = new StringBuilder("dmem:").append(request.word());
        for (int i = 0; i < words.size(); i++) {
            session.put("argument" + i, words.get(i));
            line.append(" $argument").append(i);
        }
        return line.toString();
    }

    static List<String> words(CommandDescription command, CommandRequest request) {
        List<String> words = new ArrayList<>();
        for (ParameterDescription option : command.options()) {
            switch (option.name()) {
                case "--json" -> {
                    if (request.json()) {
                        words.add("--json");
                    }
                }
                case "--at" -> words.addAll(List.of("--at", request.at()));
                default -> Option.named(option.name().substring(2)).map(request.options()::get)
                        .ifPresent(value -> words.addAll(List.of(option.name(), value)));
            }
        }
        List<String> plain = new ArrayList<>();
        for (int i = 0; i < request.arguments().size(); i++) {
            String argument = request.arguments().get(i);
            Optional<ParameterDescription> option = command.option(argument);
            if (option.isEmpty() && argument.startsWith("--")) {
                throw new UsageException("%s is no option of %s: accepted are %s".formatted(argument, command.word(),
                        names(command.options())));
            }
            if (option.isEmpty()) {
                plain.add(argument);
                continue;
            }
            words.add(argument);
            if (option.get().kind() == CommandDescription.Kind.OPTION) {
                if (++i == request.arguments().size()) {
                    throw new UsageException("%s wants a value: %s".formatted(argument, option.get().text()));
                }
                words.add(request.arguments().get(i));
            }
        }
        checkCount(command, request, plain.size());
        words.addAll(plain);
        return words;
    }

    private static void checkCount(CommandDescription command, CommandRequest request, int plain) {
        if (plain > command.mostArguments()) {
            throw new UsageException("%s is too much for %s: accepted is %s".formatted(
                    request.arguments().getLast(), command.word(),
                    command.arguments().isEmpty() ? "no argument" : names(command.arguments())));
        }
        if (plain < command.fewestArguments()) {
            throw new UsageException("%s wants %s".formatted(command.word(), names(command.arguments())));
        }
        if (!command.takes(plain)) {
            throw new UsageException("%s cannot be called with %d of its words: accepted are %s".formatted(
                    command.word(), plain, command.forms().stream()
                            .map(form -> form.isEmpty() ? "none" : String.join(" ", form))
                            .collect(Collectors.joining("; "))));
        }
    }

    private static String names(List<ParameterDescription> parameters) {
        return parameters.stream().map(ParameterDescription::name).collect(Collectors.joining(", "));
    }

    private static int exitCode(CommandSession session, Object result) {
        if (result instanceof ExitCode code) {
            return code.number();
        }
        CharSequence text = result == null ? "" : session.format(result, Converter.INSPECT);
        if (!text.isEmpty()) {
            session.getConsole().println(text);
        }
        return 0;
    }

    private static void complain(CommandConsole console, Exception failure) {
        console.output().flush();
        console.error().println("dmem: " + (failure.getMessage() == null
                ? failure.getClass().getSimpleName()
                : failure.getMessage().replace('\n', ' ')));
        if (System.getenv("DMEM_STACK_TRACE") != null) {
            failure.printStackTrace(console.error());
        }
    }

    /** How a command ended that chooses its own exit code. */
    record ExitCode(int number) {
    }
}
