package org.dmemfs.felix.commands;

import java.util.List;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;
import org.dmemfs.felix.Machines;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code version}: what runs here. */
@Component(service = VersionCommand.class, property = {"osgi.command.scope=dmem", "osgi.command.function=version",
        "dmem.surroundings=NONE"})
public final class VersionCommand {
    private final Machines machines;
    private final BundleContext context;

    /** Bound by Declarative Services. */
    @Activate
    public VersionCommand(@Reference Machines machines, BundleContext context) {
        this.machines = machines;
        this.context = context;
    }

    /** The command. */
    @Descriptor("Prints the versions of dmem, of the framework and of Java.")
    public void version(CommandSession session,
            @Descriptor("as JSON") @Parameter(names = "--json", presentValue = "true", absentValue = "false") boolean json) {
        new Answer(session, json).give(new Versions(machines.version(),
                context.getProperty(Constants.FRAMEWORK_VENDOR) + " framework "
                        + context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION).getVersion(),
                Runtime.version().toString()));
    }

    private record Versions(String dmem, String framework, String java) implements Report {
        @Override
        public List<String> lines() {
            return List.of("dmem " + dmem, framework, "Java " + java);
        }
    }
}
