/**
 * The commands of shell and command line. A command is a component with the properties {@code osgi.command.scope=dmem},
 * {@code osgi.command.function} and {@code dmem.surroundings} (what it needs before it can run); its method is what Gogo
 * calls, and the method's descriptors are what {@code help} prints. Each builds a record that is a
 * {@link org.dmemfs.felix.commands.Report} and hands it to its {@link org.dmemfs.felix.commands.Answer}, which makes text
 * or a document of it.
 *
 * <p>A command ends normally, or with a {@link org.dmemfs.felix.UsageException} (wrong input, exit code 2), or with any
 * other exception (it failed on the way, exit code 1). There is no lock: a run of a command has a session of its own.
 */
package org.dmemfs.felix.commands;
