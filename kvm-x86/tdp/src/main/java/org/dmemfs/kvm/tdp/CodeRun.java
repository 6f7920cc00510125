package org.dmemfs.kvm.tdp;

/** Instructions that follow one another. Never empty; nobody writes to the array. */
final class CodeRun {
    private final long address;
    private final Instruction[] instructions;

    CodeRun(Instruction[] instructions) {
        this.address = instructions[0].address();
        this.instructions = instructions;
    }

    /** Where the first stands. */
    long address() {
        return address;
    }

    /** The address behind the last. */
    long end() {
        return instructions[instructions.length - 1].next();
    }

    Instruction[] instructions() {
        return instructions;
    }
}
