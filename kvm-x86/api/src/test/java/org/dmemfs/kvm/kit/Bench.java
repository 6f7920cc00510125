package org.dmemfs.kvm.kit;

import org.dmemfs.kvm.Hypervisor;
import org.dmemfs.reserve.PhysicalMemory;

/**
 * What a kind of guest brings to the contract: a hypervisor, and memory whose frames from 1 GiB to 3 GiB are dmem.
 *
 * @param hypervisor the kind of guest
 * @param memory at least 3 GiB, of which only touched pages cost
 */
public record Bench(Hypervisor hypervisor, PhysicalMemory memory) {
}
