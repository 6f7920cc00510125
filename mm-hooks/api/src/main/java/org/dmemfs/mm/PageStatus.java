package org.dmemfs.mm;

import org.dmemfs.kernel.Errno;
import org.jspecify.annotations.Nullable;

/**
 * What move_pages says of one page.
 *
 * @param node the node that the page is on, -1 where there is an errno
 * @param errno ENOENT where no page is, EEXIST for dmem (V2), EFAULT where it cannot be looked at, or null
 */
public record PageStatus(int node, @Nullable Errno errno) {
}
