package org.dmemfs.vfio;

/**
 * A stretch of a map whose file has other memory by now, as after a truncate and a regrow: the device reaches the old
 * memory, which lives for the map alone, and the task the new.
 *
 * @param iova first address of the stretch
 * @param bytes its length, at most a dpage
 * @param file what the task maps there
 * @param fileOffset where in the file, in bytes
 * @param oldPhysicalAddress what the device reaches
 * @param newPhysicalAddress what the task reaches
 */
public record StaleDpage(long iova, long bytes, String file, long fileOffset, long oldPhysicalAddress,
        long newPhysicalAddress) {
}
