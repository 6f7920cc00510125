package org.dmemfs.linux.native_;

import java.lang.foreign.MemorySegment;

/**
 * What the host's KVM says once about all its machines.
 *
 * @param slots how many memory slots a machine may have
 * @param sharedBytes size of the structure shared with each processor
 * @param cpuid {@code struct kvm_cpuid2} with all that a guest's CPUID may show here
 */
record KvmLimits(int slots, long sharedBytes, MemorySegment cpuid) {
}
