package org.dmemfs.mm;

import java.util.Optional;
import java.util.Set;
import org.dmemfs.kernel.MemoryPolicy;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A virtual memory area. What it answers is true while the address space's lock is held, as inside a callback; elsewhere
 * it is a moment's view.
 */
@ProviderType
public interface Vma {
    /**
     * Where it starts.
     *
     * @return the first virtual address
     */
    long start();

    /**
     * Where it ends.
     *
     * @return the first virtual address after it
     */
    long end();

    /**
     * Its place in the file ({@code vm_pgoff}).
     *
     * @return in pages of 4K; for anonymous memory the start address in pages
     */
    long pageOffset();

    /**
     * Its flags.
     *
     * @return an immutable set
     */
    Set<VmFlag> flags();

    /**
     * Whether it has a flag, without garbage.
     *
     * @param flag the flag
     * @return true where it has
     */
    boolean has(VmFlag flag);

    /**
     * The file it maps.
     *
     * @return empty for anonymous memory
     */
    Optional<MappableFile> file();

    /**
     * The policy that mbind set, else the task's.
     *
     * @return the policy in force ({@code get_vma_policy}, patch 11)
     */
    MemoryPolicy policy();

    /**
     * Whose it is.
     *
     * @return the task
     */
    Task task();
}
