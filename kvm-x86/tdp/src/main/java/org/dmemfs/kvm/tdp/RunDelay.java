package org.dmemfs.kvm.tdp;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.LongSupplier;

/**
 * How long the calling thread was ready to run and had no processor ({@code sched_info.run_delay}), as the host counts it;
 * 0 where it does not.
 */
final class RunDelay implements LongSupplier {
    private static final Path SCHEDSTAT = Path.of("/proc/thread-self/schedstat");

    @Override
    public long getAsLong() {
        try {
            String[] fields = Files.readString(SCHEDSTAT).trim().split(" ", 3);
            return fields.length < 2 ? 0 : Long.parseLong(fields[1]);
        } catch (IOException | NumberFormatException absent) {
            return 0;
        }
    }
}
