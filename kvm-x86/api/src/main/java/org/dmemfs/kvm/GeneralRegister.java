package org.dmemfs.kvm;

/** A general register of x86-64 that {@link MachineCode} can name, in the order of the processor's own numbers. */
public enum GeneralRegister {
    /** Accumulator, number 0. */
    RAX(0),
    /** Counter, number 1. */
    RCX(1),
    /** Data, number 2. */
    RDX(2),
    /** Base, number 3. */
    RBX(3),
    /** Source index, number 6. */
    RSI(6),
    /** Destination index, number 7. */
    RDI(7);

    private final int number;

    GeneralRegister(int number) {
        this.number = number;
    }

    /**
     * The number by which an instruction names it.
     *
     * @return 0 to 7
     */
    public int number() {
        return number;
    }
}
