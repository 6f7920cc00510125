package org.dmemfs.kvm;

import java.io.ByteArrayOutputStream;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;

/**
 * Writes x86-64 machine code for guests, one instruction per call, in 64-bit mode. Jumps are relative, so the code runs at
 * any address. Every instruction here runs natively at ring 3 and on every kind of guest. For one thread.
 */
public final class MachineCode {
    private static final int REX_W = 0x48;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    /** Nothing yet. */
    public MachineCode() {
    }

    /**
     * Where the next instruction begins, to be jumped to later.
     *
     * @return bytes from the start of the code
     */
    public int position() {
        return bytes.size();
    }

    /**
     * {@code mov r64, imm64}: 48 B8+r and 8 bytes.
     *
     * @param register the target
     * @param value 64 bits
     * @return this
     */
    public MachineCode move(GeneralRegister register, long value) {
        emit(REX_W, 0xB8 + register.number());
        return little(value, Long.BYTES);
    }

    /**
     * {@code mov r64, r64}: 48 89 and a ModRM byte.
     *
     * @param target the target
     * @param source the source
     * @return this
     */
    public MachineCode move(GeneralRegister target, GeneralRegister source) {
        return emit(REX_W, 0x89, direct(source, target));
    }

    /**
     * {@code mov [address], r64}: 48 89 and a ModRM byte.
     *
     * @param address holds the guest virtual address
     * @param source what is stored
     * @return this
     */
    public MachineCode store(GeneralRegister address, GeneralRegister source) {
        return emit(REX_W, 0x89, indirect(source, address));
    }

    /**
     * {@code mov r64, [address]}: 48 8B and a ModRM byte.
     *
     * @param target gets the 8 bytes
     * @param address holds the guest virtual address
     * @return this
     */
    public MachineCode load(GeneralRegister target, GeneralRegister address) {
        return emit(REX_W, 0x8B, indirect(target, address));
    }

    /**
     * {@code mov [address], r8}: 88 and a ModRM byte. The low byte of RAX, RCX, RDX or RBX.
     *
     * @param address holds the guest virtual address
     * @param source whose low byte is stored
     * @return this
     * @throws ErrnoException EINVAL for RSI and RDI
     */
    public MachineCode storeByte(GeneralRegister address, GeneralRegister source) {
        if (source.number() > 3) {
            throw new ErrnoException(Errno.EINVAL, "the low byte of " + source
                    + " cannot be stored without a prefix; accepted are RAX, RCX, RDX and RBX");
        }
        return emit(0x88, indirect(source, address));
    }

    /**
     * {@code add r64, r64}: 48 01 and a ModRM byte.
     *
     * @param target the target
     * @param source what is added
     * @return this
     */
    public MachineCode add(GeneralRegister target, GeneralRegister source) {
        return emit(REX_W, 0x01, direct(source, target));
    }

    /**
     * {@code add r64, imm32}: 48 81 /0 and 4 bytes, sign-extended.
     *
     * @param target the target
     * @param value what is added
     * @return this
     */
    public MachineCode add(GeneralRegister target, int value) {
        emit(REX_W, 0x81, 0xC0 | target.number());
        return little(value, Integer.BYTES);
    }

    /**
     * {@code xor r64, r64}: 48 31 and a ModRM byte.
     *
     * @param target the target
     * @param source the source
     * @return this
     */
    public MachineCode exclusiveOr(GeneralRegister target, GeneralRegister source) {
        return emit(REX_W, 0x31, direct(source, target));
    }

    /**
     * {@code cmp r64, r64}: 48 39 and a ModRM byte.
     *
     * @param left from which is subtracted
     * @param right what is subtracted
     * @return this
     */
    public MachineCode compare(GeneralRegister left, GeneralRegister right) {
        return emit(REX_W, 0x39, direct(right, left));
    }

    /**
     * {@code dec r64}: 48 FF /1. Sets the zero flag at 0.
     *
     * @param register the register
     * @return this
     */
    public MachineCode decrement(GeneralRegister register) {
        return emit(REX_W, 0xFF, 0xC8 | register.number());
    }

    /**
     * {@code jnz}: 75 and a byte.
     *
     * @param position where to, as {@link #position} gave it
     * @return this
     * @throws ErrnoException EINVAL where that is more than 128 bytes away
     */
    public MachineCode jumpIfNotZero(int position) {
        return shortJump(0x75, position);
    }

    /**
     * {@code jmp}: EB and a byte.
     *
     * @param position where to, as {@link #position} gave it
     * @return this
     * @throws ErrnoException EINVAL where that is more than 128 bytes away
     */
    public MachineCode jump(int position) {
        return shortJump(0xEB, position);
    }

    /**
     * {@code rep stosq}: F3 48 AB. RCX times the 8 bytes of RAX to RDI upwards.
     *
     * @return this
     */
    public MachineCode repeatStoreQuadwords() {
        return emit(0xF3, REX_W, 0xAB);
    }

    /**
     * {@code rep movsq}: F3 48 A5. RCX times 8 bytes from RSI to RDI upwards.
     *
     * @return this
     */
    public MachineCode repeatMoveQuadwords() {
        return emit(0xF3, REX_W, 0xA5);
    }

    /**
     * {@code out imm8, al}: E6 and a byte.
     *
     * @param port 0 to 255
     * @return this
     * @throws ErrnoException EINVAL for another port
     */
    public MachineCode outByte(int port) {
        if (port < 0 || port > 0xFF) {
            throw new ErrnoException(Errno.EINVAL, "the port " + port + " is not one of 0 to 255");
        }
        return emit(0xE6, port);
    }

    /**
     * {@code out dx, eax}: EF.
     *
     * @return this
     */
    public MachineCode outDoubleword() {
        return emit(0xEF);
    }

    /**
     * {@code hlt}: F4. At ring 3 it is refused by the processor, which ends the guest.
     *
     * @return this
     */
    public MachineCode halt() {
        return emit(0xF4);
    }

    /**
     * Any bytes.
     *
     * @param values 0 to 255 each
     * @return this
     */
    public MachineCode raw(int... values) {
        return emit(values);
    }

    /**
     * The code so far.
     *
     * @return a copy
     */
    public byte[] toBytes() {
        return bytes.toByteArray();
    }

    private static int direct(GeneralRegister reg, GeneralRegister rm) {
        return 0xC0 | reg.number() << 3 | rm.number();
    }

    private static int indirect(GeneralRegister reg, GeneralRegister rm) {
        return reg.number() << 3 | rm.number();
    }

    private MachineCode shortJump(int opcode, int position) {
        int distance = position - (position() + 2);
        if (distance != (byte) distance) {
            throw new ErrnoException(Errno.EINVAL,
                    "a jump over " + distance + " bytes does not fit; accepted are -128 to 127");
        }
        return emit(opcode, distance & 0xFF);
    }

    private MachineCode little(long value, int count) {
        for (int i = 0; i < count; i++) {
            bytes.write((int) (value >>> 8 * i));
        }
        return this;
    }

    private MachineCode emit(int... values) {
        for (int value : values) {
            bytes.write(value);
        }
        return this;
    }
}
