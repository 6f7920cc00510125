package org.dmemfs.felix.commands;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.felix.gogo.jline.Shell;
import org.apache.felix.service.command.CommandProcessor;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Function;
import org.apache.felix.service.threadio.ThreadIO;
import org.dmemfs.felix.CommandConsole;
import org.dmemfs.felix.Machines;
import org.dmemfs.felix.TerminalSize;
import org.jline.builtins.Completers.CompletionData;
import org.jline.reader.LineReader;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.terminal.impl.ExternalTerminal;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code shell}: Gogo's prompt with history and completion, here or at the far end of a socket. */
@Component(service = ShellCommand.class, property = {"osgi.command.scope=dmem", "osgi.command.function=shell",
        "osgi.command.function=completions", "dmem.surroundings=SCHEMES"})
public final class ShellCommand {
    private final CommandProcessor processor;
    private final ThreadIO threadStreams;
    private final Machines machines;
    private final Catalogue catalogue;

    /** Bound by Declarative Services. */
    @Activate
    public ShellCommand(@Reference CommandProcessor processor, @Reference ThreadIO threadStreams,
            @Reference Machines machines, @Reference Catalogue catalogue) {
        this.processor = processor;
        this.threadStreams = threadStreams;
        this.machines = machines;
        this.catalogue = catalogue;
    }

    /** The command. */
    @Descriptor("Opens a prompt with history and completion; end it with exit or Control-D.")
    public void shell(CommandSession session) throws Exception {
        CommandConsole console = (CommandConsole) session.get(Interpreter.CONSOLE);
        try (Terminal terminal = terminal(console);
                CommandSession prompt = processor.createSession(terminal.input(), terminal.output(),
                        terminal.output())) {
            prompt.currentDir(session.currentDir());
            prompt.put(Shell.VAR_TERMINAL, terminal);
            prompt.put(LineReader.HISTORY_FILE, historyFile());
            Shell shell = new Shell(new Surroundings(), processor, threadStreams, "../conf/gosh_profile");
            prompt.put("exit", (Function) (each, arguments) -> {
                shell.stop();
                return null;
            });
            shell.gosh(prompt, new String[]{"--login", "--noshutdown", "--nohistory"});
        }
    }

    private static Terminal terminal(CommandConsole console) throws IOException {
        TerminalSize far = console.terminal();
        if (far == null) {
            return TerminalBuilder.builder().name("dmem").system(true).dumb(true).build();
        }
        Terminal terminal = new ExternalTerminal("dmem", far.type(), console.input(), console.output(),
                StandardCharsets.UTF_8);
        terminal.setSize(new Size(far.columns(), far.rows()));
        return terminal;
    }

    private static Path historyFile() throws IOException {
        String state = System.getenv("XDG_STATE_HOME");
        Path folder = (state == null || state.isBlank()
                ? Path.of(System.getProperty("user.home"), ".local", "state")
                : Path.of(state)).resolve("dmem");
        Files.createDirectories(folder);
        return folder.resolve("history");
    }

    /** Tells the prompt what the commands' options are; the profile calls it. */
    public void completions(CommandSession session) {
        Map<String, List<CompletionData>> completions = Shell.getCompletions(session);
        for (CommandDescription command : catalogue.commands()) {
            completions.put("dmem:" + command.word(), command.options().stream()
                    .map(option -> new CompletionData(List.of(option.name()), option.text(), null, null)).toList());
        }
    }

    /** Where the prompt finds its profile. */
    private final class Surroundings implements Shell.Context {
        @Override
        public String getProperty(String name) {
            return name.equals("gosh.home") ? machines.home().toString() : System.getProperty(name, "");
        }

        @Override
        public void exit() {
            throw new IllegalStateException("the prompt was started so that it does not end the framework");
        }
    }
}
