package org.dmemfs.fs;

/**
 * What stat tells.
 *
 * @param inode its number, unique within the mount
 * @param directory whether it is a directory
 * @param links how many names it has; 2 and one per subdirectory for a directory
 * @param bytes its size
 * @param blockBytes the mount's page size
 * @param dpages how many dpages it keeps
 */
public record FileAttributes(long inode, boolean directory, int links, long bytes, long blockBytes, long dpages) {
}
