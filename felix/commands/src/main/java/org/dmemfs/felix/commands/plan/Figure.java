package org.dmemfs.felix.commands.plan;

/**
 * A number and where it comes from.
 *
 * @param what it is
 * @param bytes how much
 * @param formula for people
 */
public record Figure(String what, long bytes, String formula) {
}
