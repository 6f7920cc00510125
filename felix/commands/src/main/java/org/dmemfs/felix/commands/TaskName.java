package org.dmemfs.felix.commands;

import java.util.List;
import java.util.stream.Collectors;
import org.dmemfs.felix.UsageException;
import org.dmemfs.mm.AddressSpaces;
import org.dmemfs.mm.Task;

/** Finds a task of the model by number or name. */
final class TaskName {
    private TaskName() {
    }

    static Task find(AddressSpaces addressSpaces, String wanted) {
        List<Task> tasks = addressSpaces.tasks();
        List<Task> found = tasks.stream()
                .filter(task -> task.name().equals(wanted) || String.valueOf(task.pid()).equals(wanted)).toList();
        if (found.size() == 1) {
            return found.getFirst();
        }
        throw new UsageException(found.isEmpty()
                ? "there is no task %s: %s".formatted(wanted,
                        tasks.isEmpty() ? "none lives, mmap makes one" : "there are " + list(tasks))
                : "%s is the name of several tasks: %s".formatted(wanted, list(found)));
    }

    private static String list(List<Task> tasks) {
        return tasks.stream().map(task -> "%d (%s)".formatted(task.pid(), task.name()))
                .collect(Collectors.joining(", "));
    }
}
