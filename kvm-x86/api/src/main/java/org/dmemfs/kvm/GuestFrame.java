package org.dmemfs.kvm;

import org.dmemfs.kernel.PageSize;

/**
 * What {@link FrameLookup} found behind a host virtual address.
 *
 * @param pfn the 4K frame of the address
 * @param level the size of the entry that maps it
 * @param writable whether the guest may be given the right to store
 * @param reserved whether gup refused it: it has no {@code struct page}, or is not to be treated as if it had
 */
public record GuestFrame(long pfn, PageSize level, boolean writable, boolean reserved) {
}
