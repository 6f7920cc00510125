/**
 * What the launcher and the commands know of each other: a framework is a machine, and a machine can be booted, found,
 * told a command and ended. The launcher provides {@link org.dmemfs.felix.Machines}, the commands provide
 * {@link org.dmemfs.felix.CommandInterpreter}; the package comes to the bundles from the system bundle.
 *
 * <p>States of a {@link org.dmemfs.felix.Machine}: prepared (the commands are there, nothing of a machine is), counting
 * (what calculates without a machine is there as well), booted (its providers are configured and active), closed. Only
 * the launcher moves a machine on; closing is safe from any thread and happens once.
 */
@Export
@Version("1.0.0")
package org.dmemfs.felix;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
