package org.dmemfs.fs;

/**
 * What statfs tells.
 *
 * @param type {@code f_type}: 0x2ace90c6
 * @param blockBytes {@code f_bsize}: the page size
 * @param blocks {@code f_blocks}: dpages of the pool
 * @param freeBlocks {@code f_bfree}: free dpages of the pool
 */
public record FileSystemUsage(long type, long blockBytes, long blocks, long freeBlocks) {
}
