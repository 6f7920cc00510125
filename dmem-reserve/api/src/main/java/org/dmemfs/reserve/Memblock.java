package org.dmemfs.reserve;

import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.SeriesVersion;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The boot-time walk as a calculation: what a command line reserves on a machine, without booting one (patch 02). A
 * service; safe for any thread, each call on its own.
 */
@ProviderType
public interface Memblock {
    /**
     * Reads a machine's memory map and applies a command line to it.
     *
     * @param machine {@code host}, nodes and size such as {@code 2x512G}, or the path of a file: the output of
     *        {@code /proc/iomem} as root sees it, or a saved {@code dmesg} of any x86 machine
     * @param commandLine a kernel command line; parameters other than those that set memory aside are ignored
     * @param series whose walk: as posted the table has 93 (V1) or 85 (V2) regions, and in V1 the crash kernel is placed
     *        before {@code dmem=} takes its part
     * @return the outcome; without a {@code dmem=} nothing is taken
     * @throws ErrnoException EINVAL where the machine or a {@code dmem=} that no good one stands beside cannot be used,
     *         ENOENT or EACCES where a file cannot be read
     */
    Reservation reserve(String machine, String commandLine, SeriesVersion series);

    /**
     * As {@link #reserve(String, String, SeriesVersion)} with the series as it was meant.
     *
     * @param machine as there
     * @param commandLine as there
     * @return the outcome
     * @throws ErrnoException EINVAL, ENOENT or EACCES, as there
     */
    default Reservation reserve(String machine, String commandLine) {
        return reserve(machine, commandLine, SeriesVersion.REPAIRED);
    }

    /**
     * The command line of a machine for which none was given: that of a saved {@code dmesg}, with the request before it
     * where it has no {@code dmem=}; the request alone for every other machine.
     *
     * @param machine as for {@link #reserve(String, String, SeriesVersion)}
     * @param request such as {@code dmem=1G}
     * @return a command line
     * @throws ErrnoException EINVAL where the machine cannot be used, ENOENT or EACCES where a file cannot be read
     */
    String defaultCommandLine(String machine, String request);
}
