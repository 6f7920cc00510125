package org.dmemfs.linux;

import java.util.Arrays;
import java.util.Locale;
import java.util.StringJoiner;

/** The values of all general registers of a processor. Immutable. */
public final class KvmRegisters {
    private final long[] values;

    private KvmRegisters(long[] values) {
        this.values = values;
    }

    /**
     * Registers as after a reset: 0 everywhere but in the bit of rflags that is always set.
     *
     * @return the registers
     */
    public static KvmRegisters zero() {
        return new KvmRegisters(new long[KvmRegister.values().length]).with(KvmRegister.RFLAGS, 2);
    }

    /**
     * One register.
     *
     * @param register which
     * @return its 64 bits
     */
    public long get(KvmRegister register) {
        return values[register.ordinal()];
    }

    /**
     * The same registers but for one.
     *
     * @param register which
     * @param value its 64 bits
     * @return the new registers
     */
    public KvmRegisters with(KvmRegister register, long value) {
        long[] changed = values.clone();
        changed[register.ordinal()] = value;
        return new KvmRegisters(changed);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof KvmRegisters registers && Arrays.equals(values, registers.values);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(values);
    }

    @Override
    public String toString() {
        StringJoiner text = new StringJoiner(" ");
        for (KvmRegister register : KvmRegister.values()) {
            text.add(register.name().toLowerCase(Locale.ROOT) + "=0x" + Long.toHexString(get(register)));
        }
        return text.toString();
    }
}
