package org.dmemfs.felix.commands;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;
import org.dmemfs.felix.UsageException;
import org.dmemfs.fs.Dmemfs;
import org.dmemfs.fs.FileAttributes;
import org.dmemfs.fs.OpenFile;
import org.dmemfs.fs.OpenMode;
import org.dmemfs.kernel.MemorySize;
import org.dmemfs.mm.AddressSpaces;
import org.dmemfs.mm.Task;
import org.dmemfs.mm.Vma;
import org.dmemfs.reserve.Reservation;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code stat}: what a file keeps, where that lies, and who maps it. */
@Component(service = StatCommand.class, property = {"osgi.command.scope=dmem", "osgi.command.function=stat",
        "dmem.surroundings=MACHINE"})
public final class StatCommand {
    private static final int MOST_RUNS = 64;

    private final Dmemfs dmemfs;
    private final AddressSpaces addressSpaces;
    private final Reservation reservation;

    /** Bound by Declarative Services. */
    @Activate
    public StatCommand(@Reference Dmemfs dmemfs, @Reference AddressSpaces addressSpaces,
            @Reference Reservation reservation) {
        this.dmemfs = dmemfs;
        this.addressSpaces = addressSpaces;
        this.reservation = reservation;
    }

    /** The command. */
    @Descriptor("Prints what a file keeps, where its dpages lie, and which tasks map it.")
    public void stat(CommandSession session,
            @Descriptor("as JSON") @Parameter(names = "--json", presentValue = "true", absentValue = "false") boolean json,
            @Descriptor("its name, mount and path") String file) {
        MountedPath place = MountedPath.of(dmemfs, file);
        new Answer(session, json).give(KernelAnswer.of(() -> {
            if (place.mount().stat(place.path()).directory()) {
                throw new UsageException("%s is a directory: ls prints it".formatted(file));
            }
            try (OpenFile open = place.mount().open(place.path(), OpenMode.READ_ONLY)) {
                return report(file, place, open);
            }
        }));
    }

    private Report report(String name, MountedPath place, OpenFile file) {
        FileAttributes attributes = file.stat();
        List<Run> runs = runs(file, attributes);
        return new FileReport(name, place.mount().target(), place.path(), attributes.inode(), attributes.links(),
                attributes.bytes(), place.mount().pageSize().label(), attributes.dpages(), runs, mappings(file));
    }

    /** Neighbouring dpages as one run; the rest of a file that lies in very many is left out. */
    private List<Run> runs(OpenFile file, FileAttributes attributes) {
        List<Run> runs = new ArrayList<>();
        long left = attributes.dpages();
        for (long offset = 0; offset < attributes.bytes() && left > 0; offset += attributes.blockBytes()) {
            OptionalLong frame = file.frameAt(offset);
            if (frame.isEmpty()) {
                continue;
            }
            left--;
            long physicalAddress = frame.getAsLong() << 12;
            Run last = runs.isEmpty() ? null : runs.getLast();
            if (last != null && last.isFollowedBy(offset, physicalAddress)) {
                runs.set(runs.size() - 1, last.longer(attributes.blockBytes()));
            } else if (runs.size() == MOST_RUNS) {
                break;
            } else {
                runs.add(new Run(offset, attributes.blockBytes(), "0x%x".formatted(physicalAddress),
                        node(physicalAddress)));
            }
        }
        return runs;
    }

    private int node(long physicalAddress) {
        return reservation.regions().stream().filter(region -> region.startPhysicalAddress() <= physicalAddress
                && physicalAddress < region.endPhysicalAddress()).mapToInt(region -> region.node()).findFirst()
                .orElse(-1);
    }

    private List<Mapping> mappings(OpenFile file) {
        List<Mapping> mappings = new ArrayList<>();
        for (Task task : addressSpaces.tasks()) {
            for (Vma vma : task.addressSpace().vmas()) {
                if (vma.file().filter(mapped -> mapped.mapping().equals(file.mapping())).isPresent()) {
                    mappings.add(new Mapping(task.pid(), task.name(), "0x%x".formatted(vma.start()),
                            "0x%x".formatted(vma.end()), vma.pageOffset() << 12));
                }
            }
        }
        return mappings;
    }

    private record Run(long offset, long bytes, String physicalAddress, int node) {
        boolean isFollowedBy(long nextOffset, long nextAddress) {
            return offset + bytes == nextOffset && Long.decode(physicalAddress) + bytes == nextAddress;
        }

        Run longer(long more) {
            return new Run(offset, bytes + more, physicalAddress, node);
        }
    }

    private record Mapping(int pid, String task, String start, String end, long fileOffset) {
    }

    private record FileReport(String name, String mount, String path, long inode, int links, long bytes,
            String pageSize, long dpages, List<Run> runs, List<Mapping> mappings) implements Report {
        @Override
        public List<String> lines() {
            List<String> lines = new ArrayList<>();
            lines.add("%s: inode %d, links %d, size %s".formatted(name, inode, links, MemorySize.format(bytes)));
            lines.add("keeps %d dpages of %s".formatted(dpages, pageSize));
            runs.forEach(run -> lines.add("  offset 0x%x: %s at %s, node %d".formatted(run.offset(),
                    MemorySize.format(run.bytes()), run.physicalAddress(), run.node())));
            if (runs.size() == MOST_RUNS) {
                lines.add("  the first %d runs".formatted(MOST_RUNS));
            }
            mappings.forEach(each -> lines.add("mapped by task %d (%s): %s to %s, from offset 0x%x".formatted(
                    each.pid(), each.task(), each.start(), each.end(), each.fileOffset())));
            if (mappings.isEmpty()) {
                lines.add("no task maps it");
            }
            return lines;
        }
    }
}
