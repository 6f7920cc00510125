package org.dmemfs.fs;

import java.util.List;
import java.util.Optional;
import org.dmemfs.kernel.ErrnoException;
import org.osgi.annotation.versioning.ProviderType;

/** The file system type {@code dmemfs} (patch 01). A service; safe for any thread. */
@ProviderType
public interface Dmemfs {
    /**
     * {@code mount -t dmemfs -o OPTIONS none TARGET}: a new instance with files of its own; the dpages come from the one
     * pool.
     *
     * @param target what the mount is called: an absolute path that is not mounted yet
     * @param options comma-separated; {@code pagesize=} with 4K, 2M or 1G in the kernel's number notation; default 4K;
     *        beyond the series {@code size=}, a multiple of the page size that the mount's files may keep together
     * @return the mount
     * @throws ErrnoException EINVAL for an option that is not known or a page size that is not one of three, EBUSY where
     *         the target is mounted or the pool is in use at another page size, ENODEV where the pool has been stopped
     */
    Mount mount(String target, String options);

    /**
     * The mounts.
     *
     * @return in the order of mounting
     */
    List<Mount> mounts();

    /**
     * Which byte of which file a frame is, from an index: what it costs does not grow with the number of files.
     *
     * @param pfn any page frame number of 4K frames
     * @return its place, empty where no file has it
     */
    Optional<FilePlace> placeOf(long pfn);
}
