package org.dmemfs.mm;

/** What a task tells of its use of memory: the {@code MADV_} values that the model knows. */
public enum Advice {
    /** Nothing special. */
    NORMAL,
    /** Not needed any more: anonymous memory reads as zero afterwards. EINVAL on bare frames. */
    DONTNEED,
    /** Contents may be dropped. EINVAL on anything but anonymous memory. */
    FREE,
    /** Take the range out of the file. EINVAL on anonymous memory, EOPNOTSUPP on a file without fallocate. */
    REMOVE,
    /** A fork does not copy it. */
    DONTFORK,
    /** A fork copies it again. EINVAL on VM_IO. */
    DOFORK,
    /** Transparent huge pages wanted. EINVAL on bare frames. */
    HUGEPAGE,
    /** Transparent huge pages not wanted. EINVAL on bare frames. */
    NOHUGEPAGE,
    /**
     * The pages go bad ({@code madvise_inject_error}, for tests of memory failure): each is faulted in, is bad from then on, and
     * is handed to the {@link MachineCheckHandler} as if the task had met it. EFAULT where there is no page to pin, as on every
     * bare frame; EINVAL where nobody handles machine checks. Any task may, where the kernel wants CAP_SYS_ADMIN.
     */
    HWPOISON
}
