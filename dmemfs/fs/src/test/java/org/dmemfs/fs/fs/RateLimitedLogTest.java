package org.dmemfs.fs.fs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.dmemfs.tracing.KernelLog;
import org.junit.jupiter.api.Test;

class RateLimitedLogTest {
    private final KernelLog log = new KernelLog();
    private final AtomicLong now = new AtomicLong();
    private final RateLimitedLog limited = new RateLimitedLog(log, now::get);

    @Test
    void tenLinesInFiveSecondsPassAndTheRestIsCounted() {
        for (int line = 0; line < 25; line++) {
            limited.error("line " + line);
        }
        assertThat(log.lines()).hasSize(10);
        now.addAndGet(5_000_000_000L);
        limited.error("later");
        assertThat(log.lines()).hasSize(12).extracting(KernelLog.Line::text).endsWith(
                "dmemfs: 15 lines were suppressed",
                "later");
    }
}
