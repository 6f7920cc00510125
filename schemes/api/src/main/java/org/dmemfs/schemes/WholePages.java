package org.dmemfs.schemes;

import java.util.Map;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.PageSize;

/** What every scheme demands of a number of bytes. */
public final class WholePages {
    private WholePages() {
    }

    /**
     * A number that is asked about.
     *
     * @param bytes how many
     * @param pageSize of the pages
     * @throws ErrnoException EINVAL where it is no multiple of the page size above 0
     */
    public static void require(long bytes, PageSize pageSize) {
        if (bytes <= 0 || bytes % pageSize.bytes() != 0) {
            throw new ErrnoException(Errno.EINVAL,
                    bytes + " bytes are no multiple of the page size " + pageSize.label() + " above 0");
        }
    }

    /**
     * What is to be set aside.
     *
     * @param bytesByNode how much of which node, 0 for nothing
     * @param pageSize of the pages
     * @throws ErrnoException EINVAL where one is negative or no multiple of the page size
     */
    public static void require(Map<Integer, Long> bytesByNode, PageSize pageSize) {
        bytesByNode.forEach((node, bytes) -> {
            if (bytes < 0 || bytes % pageSize.bytes() != 0) {
                throw new ErrnoException(Errno.EINVAL,
                        bytes + " bytes on node " + node + " are no multiple of the page size " + pageSize.label());
            }
        });
    }
}
