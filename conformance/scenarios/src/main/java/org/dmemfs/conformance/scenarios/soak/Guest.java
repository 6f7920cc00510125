package org.dmemfs.conformance.scenarios.soak;

import org.dmemfs.kvm.VirtualMachine;
import org.dmemfs.kvm.VirtualProcessor;

/**
 * A guest whose memory is a mapping.
 *
 * @param machine the virtual machine, with one slot from 0
 * @param processor its one processor
 * @param mapping its memory
 * @param real whether the host's processor runs it
 */
record Guest(VirtualMachine machine, VirtualProcessor processor, Mapping mapping, boolean real) {
}
