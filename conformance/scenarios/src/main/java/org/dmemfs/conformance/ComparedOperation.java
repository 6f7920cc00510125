package org.dmemfs.conformance;

/**
 * An operation that every scheme is asked for.
 *
 * @param name unique among the operations
 * @param meaning what the answer means for a VMM
 */
public record ComparedOperation(String name, String meaning) {
}
