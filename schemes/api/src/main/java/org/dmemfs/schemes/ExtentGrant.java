package org.dmemfs.schemes;

import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.mm.Task;

/** A guest's ranges behind a device file: they are all there from the start, and cannot be cut. */
final class ExtentGrant implements GuestGrant {
    private final String guest;
    private final ExtentFile file;
    private final ExtentCarveout.Rules rules;
    private final Consumer<ExtentGrant> onEnd;
    private final GrantMappings mappings = new GrantMappings();
    private boolean closed;

    ExtentGrant(String guest, ExtentFile file, ExtentCarveout.Rules rules, Consumer<ExtentGrant> onEnd) {
        this.guest = guest;
        this.file = file;
        this.rules = rules;
        this.onEnd = onEnd;
    }

    ExtentFile file() {
        return file;
    }

    @Override
    public String guest() {
        return guest;
    }

    @Override
    public long bytes() {
        return file.pages() << PageSize.SIZE_4K.shift();
    }

    @Override
    public PageSize pageSize() {
        return file.pageSize();
    }

    /**
     * {@inheritDoc}
     *
     * @throws ErrnoException ENODEV once taken back; else as {@link GuestGrant#map}
     */
    @Override
    public synchronized long map(Task task) {
        requireOpen();
        long address = mappings.map(task, bytes(), file, null);
        rules.mapped(mappings.places().getLast());
        return address;
    }

    /**
     * Every page is there already.
     *
     * @throws ErrnoException ENODEV once taken back
     */
    @Override
    public synchronized void populate() {
        requireOpen();
    }

    /**
     * A device's length is fixed.
     *
     * @throws ErrnoException EOPNOTSUPP always, ENODEV once taken back
     */
    @Override
    public synchronized void truncate(long bytes) {
        requireOpen();
        throw new ErrnoException(Errno.EOPNOTSUPP,
                "%s is a device file: its length cannot be changed".formatted(file.name()));
    }

    /**
     * {@inheritDoc}
     *
     * @throws ErrnoException EINVAL and ENODEV as {@link GuestGrant#frameAt} says
     */
    @Override
    public synchronized OptionalLong frameAt(long offset) {
        requireOpen();
        if (offset < 0 || offset >= bytes()) {
            throw new ErrnoException(Errno.EINVAL, "the offset " + offset + " is not one of 0 to " + (bytes() - 1));
        }
        return OptionalLong.of(file.pfnAt(offset >> PageSize.SIZE_4K.shift()));
    }

    @Override
    public Map<Integer, Long> bytesByNode() {
        Map<Integer, Long> bytes = new TreeMap<>();
        file.extents().forEach(extent -> bytes.merge(extent.node(), extent.bytes(), Long::sum));
        return bytes;
    }

    private void requireOpen() {
        if (closed) {
            throw new ErrnoException(Errno.ENODEV, "the memory of " + guest + " has been taken back");
        }
    }

    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            mappings.unmapAll();
        }
        rules.closing(file);
        onEnd.accept(this);
    }
}
