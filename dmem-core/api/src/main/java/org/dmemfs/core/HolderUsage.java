package org.dmemfs.core;

/**
 * What one holder keeps.
 *
 * @param holder who
 * @param dpages how many dpages
 */
public record HolderUsage(Holder holder, long dpages) {
}
