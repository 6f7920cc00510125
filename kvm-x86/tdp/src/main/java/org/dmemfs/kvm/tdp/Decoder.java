package org.dmemfs.kvm.tdp;

import java.util.HexFormat;

/** Decodes the instructions of 64-bit mode that payloads use; any other ends the guest with its bytes named. */
final class Decoder {
    private static final int LONGEST = 15;
    private static final int FROM_REGISTER = -1;
    private static final int RSP = 4;
    private static final int RBP = 5;

    private final GuestMemory memory;
    private final byte[] seen = new byte[LONGEST];
    private long start;
    private int length;
    private boolean wide;
    private int extendRegister;
    private int extendIndex;
    private int extendBase;
    private boolean rex;
    private boolean repeat;
    private int selector;
    private int operandRegister;
    private int base;
    private int index;
    private int scale;
    private long displacement;
    private boolean ripRelative;

    Decoder(GuestMemory memory) {
        this.memory = memory;
    }

    Instruction decode(long address) {
        begin(address);
        int opcode = next();
        if (opcode == 0xF3) {
            repeat = true;
            opcode = next();
        }
        if ((opcode & 0xF0) == 0x40) {
            rex = true;
            wide = (opcode & 8) != 0;
            extendRegister = (opcode & 4) << 1;
            extendIndex = (opcode & 2) << 2;
            extendBase = (opcode & 1) << 3;
            opcode = next();
        }
        return opcode == 0x0F ? twoBytes(next()) : oneByte(opcode);
    }

    private void begin(long address) {
        start = address;
        length = 0;
        wide = false;
        rex = false;
        repeat = false;
        extendRegister = 0;
        extendIndex = 0;
        extendBase = 0;
        operandRegister = -1;
        base = -1;
        index = -1;
        scale = 0;
        displacement = 0;
        ripRelative = false;
        selector = 0;
    }

    private Instruction oneByte(int opcode) {
        int size = size(opcode);
        if (opcode < 0x40 && (opcode & 7) < 6) {
            return arithmetic(opcode, size);
        }
        return switch (opcode) {
            case 0x70, 0x71, 0x72, 0x73, 0x74, 0x75, 0x76, 0x77, 0x78, 0x79, 0x7A, 0x7B, 0x7C, 0x7D, 0x7E, 0x7F ->
                jump(Operation.JUMP_IF, signedByte(), opcode & 0xF);
            case 0x80, 0x81, 0x83 -> {
                selector = operand(size);
                yield build(Operation.ALU_IMMEDIATE, size, 0, opcode == 0x81 ? signedDoubleword() : signedByte());
            }
            case 0x84, 0x85 -> build(Operation.TEST, size, register(operand(size), size), 0);
            case 0x88, 0x89 -> build(Operation.MOVE_TO_OPERAND, size, register(operand(size), size), 0);
            case 0x8A, 0x8B -> build(Operation.MOVE_TO_REGISTER, size, register(operand(size), size), 0);
            case 0x8D -> loadAddress();
            case 0x90 -> build(Operation.NOP, 8, 0, 0);
            case 0xA4, 0xA5 -> build(Operation.MOVE_STRING, size, 0, 0);
            case 0xAA, 0xAB -> build(Operation.STORE_STRING, size, 0, 0);
            case 0xB0, 0xB1, 0xB2, 0xB3, 0xB4, 0xB5, 0xB6, 0xB7 -> {
                operandRegister = byteRegister((opcode & 7) + extendBase);
                yield build(Operation.MOVE_IMMEDIATE, 1, 0, next());
            }
            case 0xB8, 0xB9, 0xBA, 0xBB, 0xBC, 0xBD, 0xBE, 0xBF -> {
                operandRegister = (opcode & 7) + extendBase;
                yield build(Operation.MOVE_IMMEDIATE, wide ? 8 : 4, 0, little(wide ? 8 : 4));
            }
            case 0xC0, 0xC1, 0xD0, 0xD1, 0xD2, 0xD3 -> shift(opcode, size);
            case 0xC6, 0xC7 -> {
                only(operand(size), 0);
                yield build(Operation.MOVE_IMMEDIATE, size, 0, opcode == 0xC6 ? signedByte() : signedDoubleword());
            }
            case 0xE2 -> jump(Operation.LOOP, signedByte(), 0);
            case 0xE4, 0xE5 -> build(Operation.IN, portSize(opcode), 0, next());
            case 0xE6, 0xE7 -> build(Operation.OUT, portSize(opcode), 0, next());
            case 0xE9 -> jump(Operation.JUMP, signedDoubleword(), 0);
            case 0xEB -> jump(Operation.JUMP, signedByte(), 0);
            case 0xEC, 0xED -> build(Operation.IN, portSize(opcode), 0, FROM_REGISTER);
            case 0xEE, 0xEF -> build(Operation.OUT, portSize(opcode), 0, FROM_REGISTER);
            case 0xF4 -> build(Operation.PRIVILEGED, 8, 0, opcode);
            case 0xF6, 0xF7 -> unary(opcode, size);
            case 0xFE, 0xFF -> {
                int which = operand(size);
                only(which & ~1, 0);
                yield build(which == 0 ? Operation.INCREMENT : Operation.DECREMENT, size, 0, 0);
            }
            default -> throw unknown();
        };
    }

    private Instruction twoBytes(int opcode) {
        if ((opcode & 0xF0) == 0x80) {
            return jump(Operation.JUMP_IF, signedDoubleword(), opcode & 0xF);
        }
        return switch (opcode) {
            case 0x0B -> build(Operation.UNDEFINED, 8, 0, 0);
            case 0xAF -> build(Operation.MULTIPLY, wide ? 8 : 4, operand(8) + extendRegister, 0);
            case 0xB6 -> build(Operation.MOVE_ZERO_EXTENDED, 1, operand(1) + extendRegister, 0);
            default -> throw unknown();
        };
    }

    private Instruction arithmetic(int opcode, int size) {
        int form = opcode & 7;
        int which = opcode >> 3;
        if (form >= 4) {
            operandRegister = 0;
            selector = which;
            return build(Operation.ALU_IMMEDIATE, size, 0, form == 4 ? signedByte() : signedDoubleword());
        }
        int register = register(operand(size), size);
        selector = which;
        return build(form < 2 ? Operation.ALU_TO_OPERAND : Operation.ALU_TO_REGISTER, size, register, 0);
    }

    private Instruction loadAddress() {
        int register = operand(8) + extendRegister;
        if (operandRegister >= 0) {
            throw unknown();
        }
        return build(Operation.LOAD_ADDRESS, wide ? 8 : 4, register, 0);
    }

    private Instruction shift(int opcode, int size) {
        Operation operation = switch (operand(size)) {
            case 4 -> Operation.SHIFT_LEFT;
            case 5 -> Operation.SHIFT_RIGHT;
            case 7 -> Operation.SHIFT_RIGHT_SIGNED;
            default -> throw unknown();
        };
        long count = opcode < 0xD0 ? next() : opcode < 0xD2 ? 1 : FROM_REGISTER;
        return build(operation, size, 0, count);
    }

    private Instruction unary(int opcode, int size) {
        return switch (operand(size)) {
            case 0 -> {
                selector = 1;
                yield build(Operation.TEST, size, 0, opcode == 0xF6 ? signedByte() : signedDoubleword());
            }
            case 2 -> build(Operation.NOT, size, 0, 0);
            case 3 -> build(Operation.NEGATE, size, 0, 0);
            default -> throw unknown();
        };
    }

    private Instruction jump(Operation operation, long distance, long condition) {
        displacement = start + length + distance;
        return build(operation, 8, 0, condition);
    }

    /** Reads ModRM, SIB and displacement. Answers the three bits of the register field. */
    private int operand(int size) {
        int modRm = next();
        int mode = modRm >> 6;
        int rm = modRm & 7;
        if (mode == 3) {
            operandRegister = size == 1 ? byteRegister(rm + extendBase) : rm + extendBase;
            return modRm >> 3 & 7;
        }
        boolean absolute = false;
        if (rm == RSP) {
            int sib = next();
            scale = sib >> 6;
            int indexField = (sib >> 3 & 7) + extendIndex;
            index = indexField == RSP ? -1 : indexField;
            absolute = (sib & 7) == RBP && mode == 0;
            base = absolute ? -1 : (sib & 7) + extendBase;
        } else if (rm == RBP && mode == 0) {
            ripRelative = true;
        } else {
            base = rm + extendBase;
        }
        if (mode == 1) {
            displacement = signedByte();
        } else if (mode == 2 || ripRelative || absolute) {
            displacement = signedDoubleword();
        }
        return modRm >> 3 & 7;
    }

    private int register(int field, int size) {
        return size == 1 ? byteRegister(field + extendRegister) : field + extendRegister;
    }

    /** Without a prefix, 4 to 7 name the second bytes of the first four registers, which no payload uses. */
    private int byteRegister(int number) {
        if (!rex && number >= RSP) {
            throw unknown();
        }
        return number;
    }

    private void only(int field, int accepted) {
        if (field != accepted) {
            throw unknown();
        }
    }

    private int size(int opcode) {
        return (opcode & 1) == 0 ? 1 : wide ? 8 : 4;
    }

    private static int portSize(int opcode) {
        return (opcode & 1) == 0 ? 1 : 4;
    }

    private Instruction build(Operation operation, int size, int register, long immediate) {
        if (repeat && operation != Operation.STORE_STRING && operation != Operation.MOVE_STRING) {
            throw unknown();
        }
        long offset = ripRelative ? displacement + start + length : displacement;
        return new Instruction(start, length, operation, size, register, operandRegister, base, index, scale, offset,
                immediate, selector, repeat);
    }

    private int next() {
        if (length == LONGEST) {
            throw new GuestException("general protection: an instruction of more than 15 bytes at 0x%x: %s"
                    .formatted(start, HexFormat.of().formatHex(seen)));
        }
        int value = memory.loadByte(start + length);
        seen[length++] = (byte) value;
        return value;
    }

    private long signedByte() {
        return (byte) next();
    }

    private long signedDoubleword() {
        return (int) little(4);
    }

    private long little(int count) {
        long value = 0;
        for (int i = 0; i < count; i++) {
            value |= (long) next() << 8 * i;
        }
        return value;
    }

    private GuestException unknown() {
        return new GuestException("the instruction at 0x%x is not one that this interpreter runs: %s".formatted(start,
                HexFormat.of().formatHex(seen, 0, length)));
    }
}
