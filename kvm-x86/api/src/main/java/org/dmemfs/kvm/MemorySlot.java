package org.dmemfs.kvm;

/**
 * A range of guest memory ({@code kvm_userspace_memory_region}).
 *
 * @param slot its number, 0 to 508
 * @param guestPhysicalAddress where the guest sees it, a multiple of 4K
 * @param bytes its length, a multiple of 4K
 * @param hostVirtualAddress where it lies in the address space, a multiple of 4K
 * @param readOnly whether stores of the guest exit
 */
public record MemorySlot(int slot, long guestPhysicalAddress, long bytes, long hostVirtualAddress, boolean readOnly) {
}
