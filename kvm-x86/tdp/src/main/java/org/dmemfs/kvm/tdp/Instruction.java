package org.dmemfs.kvm.tdp;

/**
 * A decoded instruction. One record for all, so that a cached one runs without a look-up by type.
 *
 * @param address where it stands
 * @param length bytes
 * @param operation what it does
 * @param size of its operands: 1, 4 or 8 bytes
 * @param register the register operand, 0 to 15
 * @param operandRegister r/m as a register, or -1 where it is memory
 * @param base base register of the address, or -1
 * @param index index register, or -1
 * @param scale shift of the index
 * @param displacement of the address; for a jump, its target
 * @param immediate constant operand, port, condition or shift count; -1 for what a register holds
 * @param selector which arithmetic operation
 * @param repeat whether RCX counts repetitions
 */
record Instruction(long address, int length, Operation operation, int size, int register, int operandRegister, int base,
        int index, int scale, long displacement, long immediate, int selector, boolean repeat) {
    boolean memoryOperand() {
        return operandRegister < 0;
    }

    long next() {
        return address + length;
    }
}
