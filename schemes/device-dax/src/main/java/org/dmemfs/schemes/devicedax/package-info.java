/**
 * Memory as a device: device-dax with {@code struct page}s of its own (in memory, on the device, or compound), and without
 * any, after the ten patches of January 2020 and the work in progress of October 2020. Lock: the carve-out's, before those of
 * the memory manager.
 */
package org.dmemfs.schemes.devicedax;
