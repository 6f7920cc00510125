package org.dmemfs.felix.commands;

import java.util.ArrayList;
import java.util.Dictionary;
import java.util.List;
import java.util.Map;
import org.apache.felix.gogo.jline.Builtin;
import org.apache.felix.gogo.jline.Converters;
import org.apache.felix.gogo.jline.Posix;
import org.apache.felix.gogo.jline.Procedural;
import org.apache.felix.service.command.CommandProcessor;
import org.apache.felix.service.command.Converter;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/**
 * What a script needs besides the commands of bundles: {@code each}, {@code if}, {@code echo}, {@code grep} and the like.
 * Gogo's own activator would bring them together with a prompt on the process's terminal, wanted or not.
 */
@Component(service = {}, immediate = true)
public final class GogoBuiltins {
    private static final String[] PROCEDURAL = {"each", "if", "not", "throw", "try", "until", "while", "break",
            "continue"};
    private static final String[] BUILTIN = {"format", "getopt", "new", "set", "tac", "type", "jobs", "fg", "bg",
            "keymap", "setopt", "unsetopt", "complete", "history", "widget", "__files", "__directories",
            "__usage_completion"};
    private static final String[] POSIX = {"cat", "echo", "grep", "sort", "sleep", "cd", "pwd", "ls", "less", "head",
            "tail", "clear", "wc", "date"};

    private final List<ServiceRegistration<?>> registrations = new ArrayList<>();

    /** Bound by Declarative Services. */
    @Activate
    public GogoBuiltins(BundleContext context, @Reference CommandProcessor processor) {
        BundleContext system = context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION).getBundleContext();
        registrations.add(context.registerService(Converter.class, new Converters(system), scope(new String[0])));
        Map.of(new Procedural(), PROCEDURAL, new Builtin(), BUILTIN, new Posix(processor), POSIX)
                .forEach((commands, functions) -> registrations
                        .add(context.registerService(Object.class, commands, scope(functions))));
    }

    private static Dictionary<String, Object> scope(String[] functions) {
        return FrameworkUtil.asDictionary(Map.of("osgi.command.scope", "gogo", "osgi.command.function", functions));
    }

    /** Called by Declarative Services. */
    @Deactivate
    public void withdraw() {
        registrations.forEach(ServiceRegistration::unregister);
    }
}
