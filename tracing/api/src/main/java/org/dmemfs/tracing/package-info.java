/**
 * Tracepoints, statistics and the kernel log: final classes with a pluggable sink, so that whoever traces depends on no
 * collector. A bundle publishes its {@link org.dmemfs.tracing.Tracepoint}s and {@link org.dmemfs.tracing.Statistic}s as
 * services; a collector such as {@code ftrace} finds them there and shows them as {@link org.dmemfs.tracing.PseudoFileSystem}s.
 *
 * <p>Lock order: the monitor of a {@link org.dmemfs.tracing.KernelLog} is a leaf; a log sink is called outside it.
 * Tracepoints and statistics have no lock.
 */
@Export
@Version("1.0.0")
package org.dmemfs.tracing;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
