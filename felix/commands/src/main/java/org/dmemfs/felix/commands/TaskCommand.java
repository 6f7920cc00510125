package org.dmemfs.felix.commands;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;
import org.dmemfs.felix.UsageException;
import org.dmemfs.fs.Dmemfs;
import org.dmemfs.fs.OpenFile;
import org.dmemfs.fs.OpenMode;
import org.dmemfs.kernel.MemorySize;
import org.dmemfs.mm.AddressSpaces;
import org.dmemfs.mm.MapFlag;
import org.dmemfs.mm.MappingCounts;
import org.dmemfs.mm.Protection;
import org.dmemfs.mm.SystemCalls;
import org.dmemfs.mm.Task;
import org.dmemfs.reserve.Reservation;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code mmap}, {@code smaps} and {@code kill}: tasks of the model and what they map. */
@Component(service = TaskCommand.class, property = {"osgi.command.scope=dmem", "osgi.command.function=mmap",
        "osgi.command.function=smaps", "osgi.command.function=kill", "dmem.surroundings=MACHINE"})
public final class TaskCommand {
    private final Dmemfs dmemfs;
    private final AddressSpaces addressSpaces;
    private final SystemCalls systemCalls;
    private final Reservation reservation;

    /** Bound by Declarative Services. */
    @Activate
    public TaskCommand(@Reference Dmemfs dmemfs, @Reference AddressSpaces addressSpaces,
            @Reference SystemCalls systemCalls, @Reference Reservation reservation) {
        this.dmemfs = dmemfs;
        this.addressSpaces = addressSpaces;
        this.systemCalls = systemCalls;
        this.reservation = reservation;
    }

    /** A mapping that stays. */
    @Descriptor("Has a task map a whole file, shared, and touch every page; without a task of that name one is made.")
    public void mmap(CommandSession session,
            @Descriptor("map it and touch nothing") @Parameter(names = "--untouched", presentValue = "true", absentValue = "false") boolean untouched,
            @Descriptor("as JSON") @Parameter(names = "--json", presentValue = "true", absentValue = "false") boolean json,
            @Descriptor("the task's number or name") String task, @Descriptor("mount and path") String file) {
        MountedPath place = MountedPath.of(dmemfs, file);
        List<Task> named = addressSpaces.tasks().stream()
                .filter(each -> each.name().equals(task) || String.valueOf(each.pid()).equals(task)).toList();
        boolean isNew = named.isEmpty();
        new Answer(session, json).give(KernelAnswer.of(() -> {
            try (OpenFile open = place.mount().open(place.path(), OpenMode.READ_WRITE)) {
                if (open.size() == 0) {
                    throw new UsageException("%s is empty: truncate gives it a size".formatted(file));
                }
                Task mapping = isNew
                        ? addressSpaces.newTask(task, reservation.topology().online().nth(0))
                        : TaskName.find(addressSpaces, task);
                try {
                    return mapped(mapping, open, file, untouched);
                } catch (RuntimeException refused) {
                    if (isNew) {
                        mapping.close();
                    }
                    throw refused;
                }
            }
        }));
    }

    private static Mapped mapped(Task task, OpenFile file, String name, boolean untouched) {
        long bytes = file.size();
        long address = task.addressSpace().mmap(0, bytes, Set.of(Protection.READ, Protection.WRITE),
                Set.of(MapFlag.SHARED), file, 0);
        long step = file.stat().blockBytes();
        for (long offset = 0; !untouched && offset < bytes; offset += step) {
            task.addressSpace().fixupUserFault(address + offset, true);
        }
        MappingCounts counts = task.addressSpace().counts();
        return new Mapped(task.pid(), task.name(), name, "0x%x".formatted(address), bytes, counts.mapped4K(),
                counts.mapped2M(), counts.mapped1G(), counts.pageTablePages());
    }

    /** All tasks. */
    @Descriptor("Prints /proc/PID/smaps of one task or of all.")
    public void smaps(CommandSession session,
            @Descriptor("as JSON") @Parameter(names = "--json", presentValue = "true", absentValue = "false") boolean json) {
        new Answer(session, json).give(new Smaps(addressSpaces.tasks().stream().map(this::areas).toList()));
    }

    /** One task. */
    @Descriptor("Prints /proc/PID/smaps of one task or of all.")
    public void smaps(CommandSession session,
            @Descriptor("as JSON") @Parameter(names = "--json", presentValue = "true", absentValue = "false") boolean json,
            @Descriptor("the task's number or name") String task) {
        new Answer(session, json).give(new Smaps(List.of(areas(TaskName.find(addressSpaces, task)))));
    }

    private Areas areas(Task task) {
        return new Areas(task.pid(), task.name(), systemCalls.of(task).smaps().lines().toList());
    }

    /** The end of a task. */
    @Descriptor("Ends a task: its mappings go.")
    public void kill(CommandSession session, @Descriptor("the task's number or name") String task) {
        TaskName.find(addressSpaces, task).close();
    }

    private record Mapped(int pid, String task, String file, String virtualAddress, long bytes, long mapped4K,
            long mapped2M, long mapped1G, long pageTablePages) implements Report {
        @Override
        public List<String> lines() {
            return List.of("task %d (%s) maps %s of %s at %s".formatted(pid, task, MemorySize.format(bytes), file,
                    virtualAddress),
                    "entries of the task: 4K %d, 2M %d, 1G %d; page-table pages %d".formatted(mapped4K, mapped2M,
                            mapped1G, pageTablePages));
        }
    }

    private record Areas(int pid, String task, List<String> smaps) {
    }

    private record Smaps(List<Areas> tasks) implements Report {
        @Override
        public List<String> lines() {
            List<String> lines = new ArrayList<>();
            for (Areas each : tasks) {
                lines.add("task %d (%s)".formatted(each.pid(), each.task()));
                lines.addAll(each.smaps());
            }
            return lines.isEmpty() ? List.of("no task lives: mmap makes one") : lines;
        }
    }
}
