package org.dmemfs.mm;

import java.util.OptionalLong;
import java.util.Set;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.PageSize;
import org.osgi.annotation.versioning.ConsumerType;

/** An open file, as far as mmap needs it ({@code struct file} and its {@code file_operations}). */
@ConsumerType
public interface MappableFile {
    /**
     * The file's name for smaps and logs.
     *
     * @return mount and path
     */
    String name();

    /**
     * Whether it was opened for reading.
     *
     * @return false makes mmap answer EACCES
     */
    boolean readable();

    /**
     * Whether it was opened for writing. A shared mapping of a file that was not loses SHARED and MAYWRITE before
     * {@link #mmap} sees it, as {@code do_mmap} has it.
     *
     * @return true where it was
     */
    boolean writable();

    /**
     * Where the file's mappings are listed ({@code i_mmap} of its {@code address_space}).
     *
     * @return made by {@link AddressSpaces#newFileMapping}, one per inode
     */
    FileMapping mapping();

    /**
     * The alignment that addresses and lengths of mappings need ({@code get_unmapped_area}, patch 24).
     *
     * @return 4K where there is no need
     */
    PageSize mappingAlignment();

    /**
     * Checks a mapping and says what it becomes (patch 05).
     *
     * @param flags of the VMA to be, from protection, SHARED and how the file was opened
     * @param pageOffset place in the file, in pages of 4K
     * @param bytes length
     * @return the operations and the flags to add
     * @throws ErrnoException EINVAL where the file cannot be mapped so
     */
    Mapped mmap(Set<VmFlag> flags, long pageOffset, long bytes);

    /**
     * What a mapping becomes.
     *
     * @param operations serve it
     * @param flags to add to the VMA's
     * @param remappedPfn the frame of its first page where all of it is put in place at once, in 4K entries and frame after
     *        frame ({@code remap_pfn_range}); empty where pages come by faults
     */
    record Mapped(VmOperations operations, Set<VmFlag> flags, OptionalLong remappedPfn) {
        /** Copies the set. */
        public Mapped {
            flags = Set.copyOf(flags);
        }

        /**
         * A mapping whose pages come by faults.
         *
         * @param operations serve it
         * @param flags to add to the VMA's
         */
        public Mapped(VmOperations operations, Set<VmFlag> flags) {
            this(operations, flags, OptionalLong.empty());
        }
    }
}
