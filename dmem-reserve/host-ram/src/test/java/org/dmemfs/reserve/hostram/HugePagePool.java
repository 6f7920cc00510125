package org.dmemfs.reserve.hostram;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.PageSize;

/** Huge pages that a test borrows from the host and gives back; where the host has none the test is skipped. */
final class HugePagePool implements AutoCloseable {
    private final PageSize size;
    private final long added;

    HugePagePool(PageSize size, long pages) {
        this.size = size;
        long before = Host.memory().hugePages(size);
        long lacking = Math.max(0, pages - Host.memory().freeHugePages(size));
        long after = before;
        String obstacle = "its pool did not grow";
        try {
            after = lacking == 0 ? before : Host.memory().setHugePages(size, before + lacking);
        } catch (ErrnoException refused) {
            obstacle = String.valueOf(refused.getMessage());
        }
        added = after - before;
        if (added < lacking) {
            close();
        }
        assumeTrue(added >= lacking,
                "the host lends no " + lacking + " huge pages of " + size.label() + ": " + obstacle);
    }

    @Override
    public void close() {
        if (added > 0) {
            Host.memory().setHugePages(size, Math.max(0, Host.memory().hugePages(size) - added));
        }
    }
}
