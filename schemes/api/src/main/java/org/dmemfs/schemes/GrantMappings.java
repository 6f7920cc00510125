package org.dmemfs.schemes;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.MemoryPolicy;
import org.dmemfs.mm.MapFlag;
import org.dmemfs.mm.MappableFile;
import org.dmemfs.mm.Protection;
import org.dmemfs.mm.Task;
import org.jspecify.annotations.Nullable;

/** Where tasks have a grant mapped. Safe for any thread. */
public final class GrantMappings {
    private final List<Place> places = new ArrayList<>();

    /** Nowhere. */
    public GrantMappings() {
    }

    /**
     * A mapping that was made.
     *
     * @param task whose
     * @param virtualAddress its first byte
     * @param bytes its length
     */
    public record Place(Task task, long virtualAddress, long bytes) {
    }

    /**
     * Maps a grant into a task.
     *
     * @param task the task
     * @param bytes how much
     * @param file the file, or null for private anonymous memory
     * @param policy for mbind, or null where the mapping is not to have one
     * @return the first virtual address
     * @throws ErrnoException ENOMEM, EINVAL, ENODEV as {@link org.dmemfs.mm.AddressSpace#mmap} and
     *         {@link org.dmemfs.mm.AddressSpace#mbind}
     */
    public synchronized long map(Task task, long bytes, @Nullable MappableFile file, @Nullable MemoryPolicy policy) {
        long address = task.addressSpace().mmap(0, bytes, Set.of(Protection.READ, Protection.WRITE),
                file == null ? Set.of(MapFlag.PRIVATE, MapFlag.ANONYMOUS) : Set.of(MapFlag.SHARED), file, 0);
        if (policy != null && policy.mode() != MemoryPolicy.Mode.DEFAULT) {
            task.addressSpace().mbind(address, bytes, policy);
        }
        places.add(new Place(task, address, bytes));
        return address;
    }

    /**
     * The mappings of tasks that live, as they were made.
     *
     * @return in the order they were made
     */
    public synchronized List<Place> places() {
        return places.stream().filter(place -> place.task().alive()).toList();
    }

    /** Unmaps them all. What a task has unmapped itself stays unmapped. */
    public synchronized void unmapAll() {
        places().forEach(place -> place.task().addressSpace().munmap(place.virtualAddress(), place.bytes()));
        places.clear();
    }
}
