package org.dmemfs.conformance.scenarios;

import java.util.List;
import org.dmemfs.tracing.KernelLog;

/** What the kernel log says from a moment on that an administrator should look at. */
final class Complaints {
    private final KernelLog log;
    private final long from;

    private Complaints(KernelLog log) {
        this.log = log;
        this.from = log.nextSequence();
    }

    static Complaints from(KernelLog log) {
        return new Complaints(log);
    }

    List<String> lines() {
        return log.since(from).stream().filter(line -> line.level() != KernelLog.Level.INFO)
                .map(KernelLog.Line::text).toList();
    }
}
