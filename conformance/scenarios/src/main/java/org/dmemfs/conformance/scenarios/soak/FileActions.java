package org.dmemfs.conformance.scenarios.soak;

import java.util.Random;
import org.dmemfs.fs.Mount;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.MemoryPolicy;
import org.dmemfs.kernel.PageSize;

/** What is done to mounts and files. */
final class FileActions {
    private static final int MOST_MOUNTS = 3;
    private static final int MOST_FILES = 10;

    private final Surroundings now;
    private final PageSize pageSize;
    private final long mostPages;

    FileActions(Surroundings now, PageSize pageSize) {
        this.now = now;
        this.pageSize = pageSize;
        this.mostPages = switch (pageSize) {
            case SIZE_4K -> 1024;
            case SIZE_2M -> 24;
            case SIZE_1G -> 3;
        };
    }

    boolean mount() {
        if (now.mounts.size() == MOST_MOUNTS) {
            return false;
        }
        now.mounts.add(now.machine().dmemfs().mount("/soak/" + now.nextName(), "pagesize=" + pageSize.label()));
        now.book().mounted();
        return true;
    }

    /** Another page size is refused as long as anybody keeps a dpage. */
    boolean mountAnotherPageSize() {
        if (!now.book().inUse()) {
            return false;
        }
        PageSize other = pageSize == PageSize.SIZE_4K ? PageSize.SIZE_2M : PageSize.SIZE_4K;
        refuse(Errno.EBUSY, "a mount of another page size",
                () -> now.machine().dmemfs().mount("/soak/other", "pagesize=" + other.label()));
        return true;
    }

    boolean unmount() {
        if (now.mounts.isEmpty()) {
            return false;
        }
        Mount mount = now.any(now.mounts);
        if (now.everybody().stream().flatMap(other -> other.files.stream())
                .anyMatch(file -> file.mount().equals(mount))) {
            refuse(Errno.EBUSY, "unmounting a mount with open files", mount::unmount);
            return true;
        }
        mount.unmount();
        now.mounts.remove(mount);
        now.book().unmounted();
        return true;
    }

    /** {@code umount -l}: mappings and open files end, what devices keep stays. */
    boolean unmountLazily() {
        if (now.mounts.isEmpty()) {
            return false;
        }
        Mount mount = now.any(now.mounts);
        now.everybody().forEach(other -> other.filesGo(mount));
        mount.close();
        now.mounts.remove(mount);
        now.book().unmounted();
        return true;
    }

    boolean create() {
        if (now.mounts.isEmpty() || now.files.size() == MOST_FILES) {
            return false;
        }
        SoakFile file = new SoakFile(now.any(now.mounts), "/f" + now.nextName(), now.book());
        now.files.add(file);
        file.truncate(anySize());
        return true;
    }

    boolean truncate() {
        if (now.files.isEmpty()) {
            return false;
        }
        now.any(now.files).truncate(now.random().nextInt(4) == 0 ? 0 : anySize());
        return true;
    }

    boolean punchHole() {
        if (now.files.isEmpty()) {
            return false;
        }
        SoakFile file = now.any(now.files);
        long pages = file.bytes() / pageSize.bytes();
        if (pages == 0) {
            return false;
        }
        long first = now.random().nextLong(pages);
        file.punch(first * pageSize.bytes(), (1 + now.random().nextLong(pages - first)) * pageSize.bytes());
        return true;
    }

    boolean fallocate() {
        if (now.files.isEmpty()) {
            return false;
        }
        SoakFile file = now.any(now.files);
        long pages = file.bytes() / pageSize.bytes();
        if (pages == 0) {
            return false;
        }
        Random random = now.random();
        long first = random.nextLong(pages);
        long count = 1 + random.nextLong(Math.min(pages - first, pageSize == PageSize.SIZE_4K ? 256 : 6));
        long free = now.book().free();
        try {
            file.file().fallocate(first * pageSize.bytes(), count * pageSize.bytes(), anyPolicy(), anyNode());
        } catch (ErrnoException full) {
            BrokenRule.unless(full.errno() == Errno.ENOSPC && (free < count || now.together()),
                    "fallocate of %d dpages with %d free answers %s", count, free, full.getMessage());
            now.tally().count("exhausted", 1);
        }
        file.look(0, file.bytes()).forEach(now.bytes()::check);
        return true;
    }

    boolean unlink() {
        if (now.files.isEmpty()) {
            return false;
        }
        SoakFile file = now.any(now.files);
        if (file.named()) {
            file.unlink();
            return true;
        }
        return close(file);
    }

    private boolean close(SoakFile file) {
        if (now.isMapped(file)) {
            return false;
        }
        file.goes();
        file.file().close();
        now.files.remove(file);
        return true;
    }

    private MemoryPolicy anyPolicy() {
        return now.random().nextBoolean()
                ? MemoryPolicy.systemDefault()
                : MemoryPolicy.preferred(anyNode());
    }

    private int anyNode() {
        return now.any(now.machine().reservation().topology().online().nodes());
    }

    private long anySize() {
        return now.random().nextLong(mostPages + 1) * pageSize.bytes();
    }

    private static void refuse(Errno errno, String what, Runnable call) {
        try {
            call.run();
        } catch (ErrnoException refused) {
            BrokenRule.unless(refused.errno() == errno, "%s answers %s instead of %s", what, refused.getMessage(),
                    errno);
            return;
        }
        throw new BrokenRule("%s is accepted".formatted(what));
    }
}
