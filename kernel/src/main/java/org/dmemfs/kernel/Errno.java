package org.dmemfs.kernel;

import java.util.Arrays;
import java.util.Optional;

/** The error numbers that the model answers with, numbered as on x86-64 Linux. */
public enum Errno {
    /** Operation not permitted. */
    EPERM(1),
    /** No such file or directory. */
    ENOENT(2),
    /** No such process. */
    ESRCH(3),
    /** Interrupted system call. */
    EINTR(4),
    /** Input/output error. */
    EIO(5),
    /** No such device or address. */
    ENXIO(6),
    /** Bad file descriptor. */
    EBADF(9),
    /** Try again. */
    EAGAIN(11),
    /** Out of memory. */
    ENOMEM(12),
    /** Permission denied. */
    EACCES(13),
    /** Bad address. */
    EFAULT(14),
    /** Device or resource busy. */
    EBUSY(16),
    /** File exists. */
    EEXIST(17),
    /** No such device: also the answer of a handle whose machine has gone. */
    ENODEV(19),
    /** Not a directory. */
    ENOTDIR(20),
    /** Is a directory. */
    EISDIR(21),
    /** Invalid argument. */
    EINVAL(22),
    /** File too large. */
    EFBIG(27),
    /** No space left on device. */
    ENOSPC(28),
    /** Illegal seek. */
    ESPIPE(29),
    /** Read-only file system. */
    EROFS(30),
    /** Result not representable. */
    ERANGE(34),
    /** File name too long. */
    ENAMETOOLONG(36),
    /** Function not implemented. */
    ENOSYS(38),
    /** Directory not empty. */
    ENOTEMPTY(39),
    /** Too many levels of symbolic links, or of stacked file systems. */
    ELOOP(40),
    /** Operation not supported. */
    EOPNOTSUPP(95),
    /** Memory page has a hardware error. */
    EHWPOISON(133);

    private final int number;

    Errno(int number) {
        this.number = number;
    }

    /**
     * The number as a user program sees it.
     *
     * @return the positive error number
     */
    public int number() {
        return number;
    }

    /**
     * The errno with a number.
     *
     * @param number a positive error number, as read from {@code errno}
     * @return the errno, or empty where the model never answers with that number
     */
    public static Optional<Errno> of(int number) {
        return Arrays.stream(values()).filter(errno -> errno.number == number).findFirst();
    }
}
