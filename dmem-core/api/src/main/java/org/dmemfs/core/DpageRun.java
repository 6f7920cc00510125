package org.dmemfs.core;

/**
 * Neighbouring dpages of one region, taken together.
 *
 * @param physicalAddress first byte of the first
 * @param dpages how many, at least 1
 */
public record DpageRun(long physicalAddress, int dpages) {
}
