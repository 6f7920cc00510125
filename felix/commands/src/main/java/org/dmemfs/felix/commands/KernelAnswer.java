package org.dmemfs.felix.commands;

import java.util.EnumSet;
import java.util.Set;
import java.util.function.Supplier;
import org.dmemfs.felix.UsageException;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.mm.SignalException;

/** Tells a call that was asked for wrongly, which ends a command with exit code 2, from one that failed. */
final class KernelAnswer {
    private static final Set<Errno> WRONG_INPUT = EnumSet.of(Errno.EINVAL, Errno.ENOENT, Errno.EEXIST, Errno.ENOTDIR,
            Errno.EISDIR, Errno.ENOTEMPTY, Errno.ENAMETOOLONG, Errno.EFBIG, Errno.ESRCH);

    private KernelAnswer() {
    }

    static <T> T of(Supplier<T> call) {
        try {
            return call.get();
        } catch (ErrnoException refused) {
            if (WRONG_INPUT.contains(refused.errno())) {
                throw new UsageException(String.valueOf(refused.getMessage()), refused);
            }
            throw refused;
        }
    }

    static void to(Runnable call) {
        of(() -> {
            call.run();
            return true;
        });
    }

    /** The answer in a word: a value, an errno or a signal. */
    static String inAWord(Supplier<?> call) {
        try {
            return String.valueOf(call.get());
        } catch (ErrnoException refused) {
            return refused.errno().name();
        } catch (SignalException signalled) {
            return signalled.signal().kind().name();
        }
    }
}
