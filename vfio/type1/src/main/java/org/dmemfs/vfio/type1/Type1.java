package org.dmemfs.vfio.type1;

import java.util.ArrayList;
import java.util.List;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.mm.Task;
import org.dmemfs.vfio.Container;
import org.dmemfs.vfio.Vfio;

/** The subsystem without a framework: the open containers. */
final class Type1 implements Vfio {
    private final Surroundings surroundings;
    private final List<DmaContainer> containers = new ArrayList<>();
    private boolean stopped;

    Type1(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Container open(String name, Task task) {
        if (name == null || name.isBlank() || task == null) {
            throw new ErrnoException(Errno.EINVAL,
                    "a container named %s for the task %s is not accepted: a name and a task are".formatted(name,
                            task));
        }
        synchronized (containers) {
            if (stopped) {
                throw new ErrnoException(Errno.ENODEV, "vfio type1 has stopped: no container can be opened");
            }
            DmaContainer container = new DmaContainer(name, task, surroundings, this::forget);
            containers.add(container);
            return container;
        }
    }

    @Override
    public List<Container> containers() {
        synchronized (containers) {
            return List.copyOf(containers);
        }
    }

    private void forget(DmaContainer container) {
        synchronized (containers) {
            containers.remove(container);
        }
    }

    /** A frame has gone bad: the entries that lead to it stay, and the log says where they are. */
    void poisoned(long pfn) {
        List<DmaContainer> open;
        synchronized (containers) {
            open = List.copyOf(containers);
        }
        for (DmaContainer container : open) {
            for (long iova : container.iovasOf(pfn)) {
                surroundings.log().error("vfio: container %s maps the bad frame 0x%x at iova 0x%x: the entry stays"
                        .formatted(container.name(), pfn, iova));
            }
        }
    }

    /** Ends every container, the newest first, with one line each. */
    void stop() {
        List<DmaContainer> left;
        synchronized (containers) {
            stopped = true;
            left = List.copyOf(containers).reversed();
        }
        for (DmaContainer container : left) {
            try {
                int maps = container.end();
                if (maps >= 0) {
                    surroundings.log().info("vfio: container %s ends with %d %s: type1 stops"
                            .formatted(container.name(), maps, maps == 1 ? "map" : "maps"));
                }
            } catch (RuntimeException refused) {
                surroundings.log().error("vfio: container %s ends, and not all was given back: %s"
                        .formatted(container.name(), refused.getMessage()));
            }
        }
    }
}
