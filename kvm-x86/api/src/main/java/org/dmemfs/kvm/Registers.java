package org.dmemfs.kvm;

/**
 * The registers of a virtual processor that the payloads use.
 *
 * @param rax accumulator
 * @param rbx base
 * @param rcx counter
 * @param rdx data
 * @param rsi source index
 * @param rdi destination index
 * @param rip instruction pointer
 */
public record Registers(long rax, long rbx, long rcx, long rdx, long rsi, long rdi, long rip) {
    /**
     * All 0 but the instruction pointer.
     *
     * @param rip where to start
     * @return the registers
     */
    public static Registers startingAt(long rip) {
        return new Registers(0, 0, 0, 0, 0, 0, rip);
    }
}
