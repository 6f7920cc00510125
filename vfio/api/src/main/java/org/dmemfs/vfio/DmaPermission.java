package org.dmemfs.vfio;

/** What a device may do with a map, seen from the device. */
public enum DmaPermission {
    /** The device reads memory. */
    READ,
    /** The device writes memory. */
    WRITE
}
