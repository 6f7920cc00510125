/**
 * The scenarios. Each states what repaired, v2 and v1 answer, and why they differ where they do. No lock, no state: a
 * scenario keeps nothing between runs.
 */
package org.dmemfs.conformance.scenarios;
