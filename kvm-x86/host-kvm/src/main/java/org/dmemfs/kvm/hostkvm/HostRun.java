package org.dmemfs.kvm.hostkvm;

import org.dmemfs.linux.SharedMemory;
import org.dmemfs.reserve.HostRange;

/**
 * A run of host virtual addresses of the model whose frames lie together on the host.
 *
 * @param hostVirtualAddress first address
 * @param bytes length
 * @param memory where the frames are
 * @param memoryOffset of the first
 */
record HostRun(long hostVirtualAddress, long bytes, SharedMemory memory, long memoryOffset) {
    static HostRun of(long hostVirtualAddress, HostRange range) {
        return new HostRun(hostVirtualAddress, range.bytes(), range.memory(), range.offsetBytes());
    }

    boolean continuesWith(HostRange range) {
        return memory.equals(range.memory()) && memoryOffset + bytes == range.offsetBytes();
    }

    HostRun plus(HostRange range) {
        return new HostRun(hostVirtualAddress, bytes + range.bytes(), memory, memoryOffset);
    }
}
