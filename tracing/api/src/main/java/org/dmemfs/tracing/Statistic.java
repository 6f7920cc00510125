package org.dmemfs.tracing;

import java.util.function.LongSupplier;

/**
 * One number that a subsystem shows, under the path of the debugfs file it has in the series (patch 08). Published as a
 * service by the bundle that counts. Safe for any thread.
 *
 * @param path relative to the root of debugfs, such as {@code dmem/node0/free_dpages}
 * @param unit what is counted, such as dpages or pages of 4K
 * @param value reads the number, quickly and without blocking
 */
public record Statistic(String path, String unit, LongSupplier value) {
    /**
     * The number now.
     *
     * @return in the statistic's unit
     */
    public long read() {
        return value.getAsLong();
    }
}
