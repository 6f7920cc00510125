package org.dmemfs.kvm;

/**
 * The second-level entries that are in place, by size.
 *
 * @param of4K entries of 4K
 * @param of2M entries of 2M
 * @param of1G entries of 1G
 */
public record MappedEntries(long of4K, long of2M, long of1G) {
}
