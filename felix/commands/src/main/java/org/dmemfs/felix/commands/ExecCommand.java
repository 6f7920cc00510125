package org.dmemfs.felix.commands;

import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/** {@code exec}: commands in Gogo's language, unattended. */
@Component(service = ExecCommand.class, property = {"osgi.command.scope=dmem", "osgi.command.function=exec",
        "dmem.surroundings=SCHEMES"})
public final class ExecCommand {
    /** Made by Declarative Services. */
    @Activate
    public ExecCommand() {
    }

    /** The command: exit code 0, or 1 where the script fails or its last value is false. */
    @Descriptor("Runs a script in Gogo's language; a script that fails, or whose last value is false, ends with exit code 1.")
    public @Nullable Object exec(CommandSession session, @Descriptor("such as \"lb; help\"") String script)
            throws Exception {
        Object result = script.isBlank() ? null : session.execute(script);
        if (Boolean.FALSE.equals(result)) {
            return new Interpreter.ExitCode(1);
        }
        return result;
    }
}
