package org.dmemfs.fs.fs;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.dmemfs.tracing.KernelLog;

/** Error lines for what a task can bring about as often as it likes: ten in five seconds, as {@code printk_ratelimit}. */
final class RateLimitedLog {
    private static final int BURST = 10;
    private static final long INTERVAL_NANOSECONDS = TimeUnit.SECONDS.toNanos(5);

    private final KernelLog log;
    private final LongSupplier nanoseconds;
    private long began;
    private int printed;
    private long suppressed;

    RateLimitedLog(KernelLog log, LongSupplier nanoseconds) {
        this.log = log;
        this.nanoseconds = nanoseconds;
        this.began = nanoseconds.getAsLong();
    }

    synchronized void error(String text) {
        long now = nanoseconds.getAsLong();
        if (now - began >= INTERVAL_NANOSECONDS) {
            if (suppressed > 0) {
                log.warn("dmemfs: " + suppressed + " lines were suppressed");
            }
            began = now;
            printed = 0;
            suppressed = 0;
        }
        if (printed == BURST) {
            suppressed++;
        } else {
            printed++;
            log.error(text);
        }
    }
}
