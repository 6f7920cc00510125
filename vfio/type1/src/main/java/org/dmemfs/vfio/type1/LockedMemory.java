package org.dmemfs.vfio.type1;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.mm.Task;
import org.dmemfs.tracing.KernelLog;

/** What each task's maps have pinned of memory with a {@code struct page} ({@code locked_vm}), against RLIMIT_MEMLOCK. */
final class LockedMemory {
    private final ConcurrentMap<Integer, Long> bytesByPid = new ConcurrentHashMap<>();
    private final KernelLog log;

    LockedMemory(KernelLog log) {
        this.log = log;
    }

    void charge(Task task, long bytes, Settings settings) {
        while (bytes > 0) {
            Long known = bytesByPid.get(task.pid());
            long before = known == null ? 0 : known;
            if (!settings.isMemlockUnlimited() && before + bytes > settings.memlockBytes()) {
                log.warn("vfio_pin_pages_remote: RLIMIT_MEMLOCK (%d) exceeded".formatted(settings.memlockBytes()));
                throw new ErrnoException(Errno.ENOMEM,
                        "%d bytes with a struct page cannot be pinned for %s[%d]: it has %d pinned, RLIMIT_MEMLOCK is %d"
                                .formatted(bytes, task.name(), task.pid(), before, settings.memlockBytes()));
            }
            if (known == null
                    ? bytesByPid.putIfAbsent(task.pid(), bytes) == null
                    : bytesByPid.replace(task.pid(), known, before + bytes)) {
                return;
            }
        }
    }

    void uncharge(Task task, long bytes) {
        if (bytes > 0) {
            bytesByPid.computeIfPresent(task.pid(), (pid, before) -> before == bytes ? null : before - bytes);
        }
    }

    long of(Task task) {
        return bytesByPid.getOrDefault(task.pid(), 0L);
    }
}
