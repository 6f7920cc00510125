package org.dmemfs.kvm.tdp;

/** What an instruction does, after decoding. */
enum Operation {
    /** Nothing. */
    NOP,
    /** Eight arithmetic operations, chosen by a number; r/m is the target. */
    ALU_TO_OPERAND,
    /** The same; the register is the target. */
    ALU_TO_REGISTER,
    /** The same with an immediate; r/m is the target. */
    ALU_IMMEDIATE,
    /** AND without a result. */
    TEST,
    /** Register to r/m. */
    MOVE_TO_OPERAND,
    /** r/m to register. */
    MOVE_TO_REGISTER,
    /** Byte at r/m to register, zero-extended. */
    MOVE_ZERO_EXTENDED,
    /** Immediate to r/m. */
    MOVE_IMMEDIATE,
    /** Address to register. */
    LOAD_ADDRESS,
    /** r/m plus 1. */
    INCREMENT,
    /** r/m minus 1. */
    DECREMENT,
    /** r/m inverted. */
    NOT,
    /** 0 minus r/m. */
    NEGATE,
    /** r/m to the left. */
    SHIFT_LEFT,
    /** r/m to the right, zeros in. */
    SHIFT_RIGHT,
    /** r/m to the right, sign in. */
    SHIFT_RIGHT_SIGNED,
    /** Signed product into the register. */
    MULTIPLY,
    /** AL, EAX or RAX to [RDI]. */
    STORE_STRING,
    /** [RSI] to [RDI]. */
    MOVE_STRING,
    /** Port to AL or EAX. */
    IN,
    /** AL or EAX to port. */
    OUT,
    /** Jump on a condition. */
    JUMP_IF,
    /** Jump. */
    JUMP,
    /** RCX minus 1, jump unless 0. */
    LOOP,
    /** An instruction that ring 3 may not use. */
    PRIVILEGED,
    /** The instruction that is never defined. */
    UNDEFINED;

    /** Whether the next instruction is the one behind it, and nothing outside has to be done before. */
    boolean goesOn() {
        return switch (this) {
            case IN, OUT, JUMP_IF, JUMP, LOOP, PRIVILEGED, UNDEFINED -> false;
            default -> true;
        };
    }
}
