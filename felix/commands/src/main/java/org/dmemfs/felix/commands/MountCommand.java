package org.dmemfs.felix.commands;

import java.util.List;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;
import org.dmemfs.fs.Dmemfs;
import org.dmemfs.fs.Mount;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code mount} and {@code umount}. */
@Component(service = MountCommand.class, property = {"osgi.command.scope=dmem", "osgi.command.function=mount",
        "osgi.command.function=umount", "dmem.surroundings=MACHINE"})
public final class MountCommand {
    private final Dmemfs dmemfs;
    private final CommandSettings settings;

    /** Bound by Declarative Services. */
    @Activate
    public MountCommand(@Reference Dmemfs dmemfs, @Reference CommandSettings settings) {
        this.dmemfs = dmemfs;
        this.settings = settings;
    }

    /** The mounts. */
    @Descriptor("Prints the mounts, or mounts dmemfs.")
    public void mount(CommandSession session,
            @Descriptor("as JSON") @Parameter(names = "--json", presentValue = "true", absentValue = "false") boolean json) {
        new Answer(session, json).give(new Mounts(dmemfs.mounts().stream().map(Mounted::of).toList()));
    }

    /** A new mount. */
    @Descriptor("Prints the mounts, or mounts dmemfs.")
    public void mount(CommandSession session,
            @Descriptor("such as pagesize=2M,size=1G; without pagesize= that of the machine's commands") @Parameter(names = "-o", absentValue = "") String options,
            @Descriptor("as JSON") @Parameter(names = "--json", presentValue = "true", absentValue = "false") boolean json,
            @Descriptor("an absolute path") String target) {
        String pageSize = options.contains("pagesize=") ? "" : "pagesize=" + settings.pageSize().label();
        String all = pageSize.isEmpty() || options.isEmpty() ? options + pageSize : options + "," + pageSize;
        Mount mount = KernelAnswer.of(() -> dmemfs.mount(target, all));
        new Answer(session, json).give(new Mounts(List.of(Mounted.of(mount))));
    }

    /** The end of a mount. */
    @Descriptor("Unmounts; refused while a file is open or mapped.")
    public void umount(CommandSession session,
            @Descriptor("mappings and open files end first") @Parameter(names = "-l", presentValue = "true", absentValue = "false") boolean lazy,
            @Descriptor("as JSON") @Parameter(names = "--json", presentValue = "true", absentValue = "false") boolean json,
            @Descriptor("what is mounted") String target) {
        Mount mount = MountedPath.mount(dmemfs, target);
        if (lazy) {
            mount.close();
        } else {
            mount.unmount();
        }
        new Answer(session, json).give(new Gone(target));
    }

    private record Mounted(String target, String pageSize, String options) {
        static Mounted of(Mount mount) {
            return new Mounted(mount.target(), mount.pageSize().label(), mount.showOptions());
        }
    }

    private record Mounts(List<Mounted> mounts) implements Report {
        @Override
        public List<String> lines() {
            return mounts.isEmpty()
                    ? List.of("nothing is mounted")
                    : mounts.stream().map(each -> "none on %s type dmemfs (%s)".formatted(each.target(),
                            each.options())).toList();
        }
    }

    private record Gone(String unmounted) implements Report {
        @Override
        public List<String> lines() {
            return List.of(unmounted + " is unmounted");
        }
    }
}
