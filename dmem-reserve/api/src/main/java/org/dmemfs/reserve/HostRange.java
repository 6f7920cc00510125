package org.dmemfs.reserve;

import org.dmemfs.linux.SharedMemory;

/**
 * Where a run of frames lies on the host: what a real guest or another process maps.
 *
 * @param memory the shared descriptor
 * @param offsetBytes of the first frame in it
 * @param bytes the run's length
 */
public record HostRange(SharedMemory memory, long offsetBytes, long bytes) {
}
