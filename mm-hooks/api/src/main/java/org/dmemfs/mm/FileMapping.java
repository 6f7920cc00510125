package org.dmemfs.mm;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/** All mappings of one inode ({@code struct address_space}). Safe for any thread. */
@ProviderType
public interface FileMapping {
    /**
     * Takes a range of the file out of every page table, with MMU notifiers and TLB shoot-down
     * ({@code unmap_mapping_range}). No mmap lock is taken.
     *
     * @param firstPage first 4K page of the file
     * @param pages how many; {@link Long#MAX_VALUE} for all to the end
     */
    void unmapRange(long firstPage, long pages);

    /**
     * The file's owner ends: whoever mirrors memory of the file is told that it will not come back
     * ({@link MmuNotifier#withdrawn}), so that it ends in good order. Takes no entry away.
     *
     * @param reason who ends, for people
     */
    void withdraw(String reason);

    /**
     * The VMAs that cover a page of the file.
     *
     * @param pageOffset the 4K page
     * @return a moment's view
     */
    List<Vma> covering(long pageOffset);

    /**
     * Whether any VMA maps the file.
     *
     * @return true where one does
     */
    boolean isMapped();
}
