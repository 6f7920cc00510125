package org.dmemfs.fs.fs;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.dmemfs.core.PoolUse;
import org.dmemfs.fs.Dmemfs;
import org.dmemfs.fs.FilePlace;
import org.dmemfs.fs.Mount;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.kernel.Patch;

/** The file system type: the table of its mounts (patch 01). */
@Patch(v1 = 1, v2 = 1)
final class FileSystemType implements Dmemfs {
    private final Surroundings surroundings;
    private final Ownership ownership;
    private final Map<String, SuperBlock> mounts = new LinkedHashMap<>();
    private boolean stopped;

    FileSystemType(Surroundings surroundings, Ownership ownership) {
        this.surroundings = surroundings;
        this.ownership = ownership;
    }

    @Override
    public Mount mount(String target, String options) {
        MountOptions parsed = MountOptions.parse(options);
        if (!target.startsWith("/") || target.indexOf('\0') >= 0) {
            throw new ErrnoException(Errno.EINVAL,
                    "the mount point \"" + target + "\" is not an absolute path such as /mnt");
        }
        String canonical = target.length() > 1 && target.endsWith("/")
                ? target.substring(0, target.length() - 1)
                : target;
        synchronized (mounts) {
            if (stopped) {
                throw new ErrnoException(Errno.ENODEV, "the file system dmemfs has stopped");
            }
            if (mounts.containsKey(canonical)) {
                throw new ErrnoException(Errno.EBUSY, canonical + " is mounted already");
            }
            PoolUse use = surroundings.pool().use(parsed.pageSize(), canonical);
            SuperBlock mounted = new SuperBlock(canonical, parsed, surroundings, use, ownership, this::forget);
            mounts.put(canonical, mounted);
            return mounted;
        }
    }

    @Override
    public List<Mount> mounts() {
        synchronized (mounts) {
            return List.copyOf(mounts.values());
        }
    }

    @Override
    public Optional<FilePlace> placeOf(long pfn) {
        return surroundings.pool().pageSize().flatMap(pageSize -> {
            long dpage = pfn >>> pageSize.shift() - PageSize.SIZE_4K.shift();
            DpageTree.Leaf leaf = ownership.owners().find(dpage);
            long index = leaf == null ? -1 : leaf.indexOf(dpage);
            if (leaf == null || index < 0) {
                return Optional.empty();
            }
            SuperBlock mount = leaf.file().superBlock();
            long within = pfn & pageSize.naturePages() - 1;
            return Optional.of(new FilePlace(mount.target(), mount.namespace().pathOf(leaf.file()),
                    leaf.file().firstPage(index) + within << PageSize.SIZE_4K.shift(),
                    ownership.badFrames().contains(pfn)));
        });
    }

    /** Ends every mount, the newest first. */
    void stop() {
        List<SuperBlock> left;
        synchronized (mounts) {
            stopped = true;
            left = List.copyOf(mounts.values()).reversed();
        }
        left.forEach(SuperBlock::stop);
    }

    private void forget(SuperBlock mount) {
        synchronized (mounts) {
            mounts.remove(mount.target(), mount);
        }
    }
}
