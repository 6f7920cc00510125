package org.dmemfs.linux.native_;

import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;

/** The reading of a {@link LibC} answer that may be a negative error number. */
final class HostAnswer {
    private HostAnswer() {
    }

    static boolean is(long answer, Errno errno) {
        return answer == -errno.number();
    }

    /** The answer itself where the call succeeded. */
    static long check(long answer, String call) {
        if (answer < 0) {
            throw failure(answer, call);
        }
        return answer;
    }

    /** An error number that the model has no name for becomes EIO, with the number in the sentence. */
    static ErrnoException failure(long answer, String call) {
        int number = (int) -answer;
        return Errno.of(number).map(errno -> new ErrnoException(errno, call + ": the host answered " + errno))
                .orElseGet(() -> new ErrnoException(Errno.EIO, call + ": the host answered errno " + number));
    }
}
