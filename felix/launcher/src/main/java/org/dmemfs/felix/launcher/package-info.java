/**
 * The launcher: reads the command line, finds the machine that is up or starts Felix as a fresh one, and hands the command
 * to the interpreter that lives in the framework.
 *
 * <p>Two locks, neither taken while the other is sought: closing a machine, and the file locks of the runtime folder. A storage folder is locked for as
 * long as its framework lives, so a folder whose lock can be had belongs to nobody and is removed.
 */
package org.dmemfs.felix.launcher;
