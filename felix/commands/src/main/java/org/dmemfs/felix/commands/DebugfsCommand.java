package org.dmemfs.felix.commands;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;
import org.dmemfs.tracing.PseudoFileSystem;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code debugfs}: every figure under its path. */
@Component(service = DebugfsCommand.class, property = {"osgi.command.scope=dmem", "osgi.command.function=debugfs",
        "dmem.surroundings=MACHINE"})
public final class DebugfsCommand {
    private final PseudoFileSystem debugfs;

    /** Bound by Declarative Services. */
    @Activate
    public DebugfsCommand(@Reference(target = "(mountPoint=/sys/kernel/debug)") PseudoFileSystem debugfs) {
        this.debugfs = debugfs;
    }

    /** The command. */
    @Descriptor("Prints the files of debugfs with what they read as.")
    public void debugfs(CommandSession session,
            @Descriptor("as JSON") @Parameter(names = "--json", presentValue = "true", absentValue = "false") boolean json) {
        Map<String, String> files = new TreeMap<>();
        debugfs.files().forEach(path -> files.put(path, debugfs.read(path).strip()));
        new Answer(session, json).give(new Tree(debugfs.mountPoint(), files));
    }

    private record Tree(String mountPoint, Map<String, String> files) implements Report {
        @Override
        public List<String> lines() {
            int width = files.keySet().stream().mapToInt(String::length).max().orElse(1);
            return files.entrySet().stream().map(file -> ("%s/%-" + width + "s  %s").formatted(mountPoint,
                    file.getKey(), file.getValue().replace("\n", " "))).toList();
        }
    }
}
