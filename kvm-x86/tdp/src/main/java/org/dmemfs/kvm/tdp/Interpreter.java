package org.dmemfs.kvm.tdp;

import org.dmemfs.kvm.Exit;
import org.dmemfs.kvm.Registers;
import org.jspecify.annotations.Nullable;

/**
 * Runs instructions of one processor. Every instruction either completes or leaves registers and flags as they were, so
 * that it can be repeated after a second-level fault. Used by one thread at a time, in the guest.
 */
final class Interpreter {
    private static final int PAGE_SHIFT = 12;
    private static final Instruction[] NOT_FETCHED = {};
    private static final int RAX = 0;
    private static final int RCX = 1;
    private static final int RDX = 2;
    private static final int RBX = 3;
    private static final int RSI = 6;
    private static final int RDI = 7;

    private final GuestMemory memory;
    private final CodeCache code;
    private final Flags flags = new Flags();
    private final long[] registers = new long[16];
    private long rip;
    /** Which instruction of a run is under way. */
    private int at;
    /** How far the run may go: 0 once its bytes may have changed. */
    private int limit;
    /** The instruction that could not be completed, or null where it could not even be fetched. */
    private @Nullable Instruction broken;
    /** What the load that an MMIO exit broke off gets when the processor runs on. */
    private boolean allOnes;

    Interpreter(GuestMemory memory) {
        this.memory = memory;
        this.code = new CodeCache(new Decoder(memory));
    }

    Registers registers() {
        return new Registers(registers[RAX], registers[RBX], registers[RCX], registers[RDX], registers[RSI],
                registers[RDI], rip);
    }

    void setRegisters(Registers values) {
        registers[RAX] = values.rax();
        registers[RBX] = values.rbx();
        registers[RCX] = values.rcx();
        registers[RDX] = values.rdx();
        registers[RSI] = values.rsi();
        registers[RDI] = values.rdi();
        rip = values.rip();
        flags.clear();
        allOnes = false;
    }

    /** Forgets decoded instructions: their bytes may have changed. */
    void forget() {
        code.forget();
        limit = 0;
    }

    /** The access that met no slot is over: a store went nowhere, a load will give all ones. */
    void finishMmio(boolean write) {
        Instruction instruction = broken;
        if (instruction == null) {
            return;
        }
        if (!write) {
            allOnes = true;
            return;
        }
        if (instruction.operation() == Operation.STORE_STRING || instruction.operation() == Operation.MOVE_STRING) {
            if (!advance(instruction, 1)) {
                return;
            }
        }
        rip = instruction.next();
    }

    /** Runs what follows one another, up to a jump or a part of a repeated instruction. Answers an exit, or null. */
    @Nullable
    Exit step() {
        Instruction[] instructions = NOT_FETCHED;
        try {
            instructions = code.find(rip).instructions();
            limit = instructions.length;
            return execute(instructions);
        } catch (RuntimeException stopped) {
            broken = instructions.length == 0 ? null : instructions[at];
            rip = broken == null ? rip : broken.address();
            throw stopped;
        }
    }

    private @Nullable Exit execute(Instruction[] instructions) {
        int next = 0;
        do {
            at = next;
            Instruction in = instructions[next++];
            switch (in.operation()) {
                case NOP -> {
                }
                case ALU_TO_OPERAND -> alu(in, registers[in.register()]);
                case ALU_IMMEDIATE -> alu(in, in.immediate());
                case ALU_TO_REGISTER -> {
                    long value = flags.compute(in.selector(), registers[in.register()], read(in), in.size());
                    if (in.selector() != Flags.COMPARE) {
                        setRegister(in.register(), in.size(), value);
                    }
                }
                case TEST -> flags.logic(read(in) & (in.selector() == 1 ? in.immediate() : registers[in.register()]),
                        in.size());
                case MOVE_TO_OPERAND -> write(in, registers[in.register()]);
                case MOVE_TO_REGISTER -> setRegister(in.register(), in.size(), read(in));
                case MOVE_ZERO_EXTENDED -> registers[in.register()] = read(in) & 0xFF;
                case MOVE_IMMEDIATE -> write(in, in.immediate());
                case LOAD_ADDRESS -> setRegister(in.register(), in.size(), address(in));
                case INCREMENT, DECREMENT -> write(in,
                        flags.step(readForWrite(in), in.operation() == Operation.INCREMENT, in.size()));
                case NOT -> write(in, ~readForWrite(in));
                case NEGATE -> write(in, flags.compute(5, 0, readForWrite(in), in.size()));
                case SHIFT_LEFT, SHIFT_RIGHT, SHIFT_RIGHT_SIGNED ->
                    write(in, flags.shift(in.operation(), readForWrite(in),
                            in.immediate() < 0 ? registers[RCX] & 0xFF : in.immediate(), in.size()));
                case MULTIPLY -> setRegister(in.register(), in.size(),
                        flags.multiply(extended(registers[in.register()], in.size()), extended(read(in), in.size()),
                                in.size()));
                case STORE_STRING -> {
                    if (!storeString(in)) {
                        rip = in.address();
                        return null;
                    }
                }
                case MOVE_STRING -> {
                    if (!moveString(in)) {
                        rip = in.address();
                        return null;
                    }
                }
                case IN -> setRegister(RAX, in.size(), -1);
                case OUT -> {
                    rip = in.next();
                    return new Exit.PortWrite(port(in), in.size(), registers[RAX] & Flags.mask(in.size()));
                }
                case JUMP_IF -> {
                    rip = flags.holds((int) in.immediate()) ? in.displacement() : in.next();
                    return null;
                }
                case JUMP -> {
                    rip = in.displacement();
                    return null;
                }
                case LOOP -> {
                    registers[RCX]--;
                    rip = registers[RCX] != 0 ? in.displacement() : in.next();
                    return null;
                }
                case PRIVILEGED -> throw new GuestException(
                        "general protection: ring 3 may not use the instruction 0x%x at 0x%x".formatted(in.immediate(),
                                in.address()));
                case UNDEFINED -> throw new GuestException("invalid opcode at 0x%x".formatted(in.address()));
            }
        } while (next < limit);
        rip = instructions[at].next();
        return null;
    }

    private void alu(Instruction in, long right) {
        long left = in.selector() == Flags.COMPARE ? read(in) : readForWrite(in);
        long value = flags.compute(in.selector(), left, right, in.size());
        if (in.selector() != Flags.COMPARE) {
            write(in, value);
        }
    }

    /** Says whether it is done. */
    private boolean storeString(Instruction in) {
        long count = in.repeat() ? registers[RCX] : 1;
        if (count == 0) {
            return true;
        }
        long done = memory.fill(registers[RDI], in.size(), registers[RAX], count);
        wrote(registers[RDI], done * in.size());
        return advance(in, done);
    }

    /** Says whether it is done. */
    private boolean moveString(Instruction in) {
        long count = in.repeat() ? registers[RCX] : 1;
        if (count == 0) {
            return true;
        }
        long done = 1;
        if (allOnes) {
            memory.store(registers[RDI], in.size(), -1);
            allOnes = false;
        } else {
            done = memory.copy(registers[RSI], registers[RDI], in.size(), count);
        }
        wrote(registers[RDI], done * in.size());
        return advance(in, done);
    }

    private boolean advance(Instruction in, long done) {
        registers[RDI] += done * in.size();
        if (in.operation() == Operation.MOVE_STRING) {
            registers[RSI] += done * in.size();
        }
        if (in.repeat()) {
            registers[RCX] -= done;
        }
        return !in.repeat() || registers[RCX] == 0;
    }

    private long read(Instruction in) {
        if (!in.memoryOperand()) {
            return registers[in.operandRegister()];
        }
        if (allOnes) {
            allOnes = false;
            return Flags.mask(in.size());
        }
        long address = address(in);
        return in.size() == 1 ? memory.loadByte(address) : memory.load(address, in.size());
    }

    /** Reads what will be written, so that the write cannot fail once the flags have changed. */
    private long readForWrite(Instruction in) {
        if (in.memoryOperand() && !allOnes) {
            memory.probeStore(address(in), in.size());
        }
        return read(in);
    }

    private void write(Instruction in, long value) {
        if (!in.memoryOperand()) {
            setRegister(in.operandRegister(), in.size(), value);
            return;
        }
        long address = address(in);
        if (in.size() == 1) {
            memory.storeByte(address, value);
        } else {
            memory.store(address, in.size(), value);
        }
        wrote(address, in.size());
    }

    private void wrote(long address, long bytes) {
        long page = address >>> PAGE_SHIFT;
        boolean fromCode = code.isFrom(page);
        for (long last = address + bytes - 1 >>> PAGE_SHIFT; page < last && !fromCode;) {
            fromCode = code.isFrom(++page);
        }
        if (fromCode) {
            forget();
        }
    }

    private long address(Instruction in) {
        long address = in.displacement();
        if (in.base() >= 0) {
            address += registers[in.base()];
        }
        return in.index() >= 0 ? address + (registers[in.index()] << in.scale()) : address;
    }

    private int port(Instruction in) {
        return (int) (in.immediate() < 0 ? registers[RDX] & 0xFFFF : in.immediate());
    }

    /** A byte leaves the rest of the register, 4 bytes clear it. */
    private void setRegister(int register, int size, long value) {
        registers[register] = size == 1 ? registers[register] & ~0xFFL | value & 0xFF : value & Flags.mask(size);
    }

    private static long extended(long value, int size) {
        return size == Long.BYTES ? value : (int) value;
    }
}
