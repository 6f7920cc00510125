package org.dmemfs.kernel;

import java.io.Serial;

/**
 * A call of the kernel that failed: its errno and a sentence that names the value that was wrong and what would have
 * been accepted. It is unchecked, as every call into a kernel may fail; a contract documents each errno it answers with.
 */
public final class ErrnoException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final Errno errno;

    /**
     * A failure.
     *
     * @param errno what the caller sees
     * @param sentence why, with the value that was wrong
     */
    public ErrnoException(Errno errno, String sentence) {
        super(sentence);
        this.errno = errno;
    }

    /**
     * A failure that another one caused.
     *
     * @param errno what the caller sees
     * @param sentence why, with the value that was wrong
     * @param cause what happened below
     */
    public ErrnoException(Errno errno, String sentence, Throwable cause) {
        super(sentence, cause);
        this.errno = errno;
    }

    /**
     * What the caller of the system call sees.
     *
     * @return the errno
     */
    public Errno errno() {
        return errno;
    }
}
