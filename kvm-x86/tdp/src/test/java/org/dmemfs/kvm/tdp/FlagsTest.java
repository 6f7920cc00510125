package org.dmemfs.kvm.tdp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FlagsTest {
    private static final int OVERFLOW = 0;
    private static final int CARRY = 2;
    private static final int ZERO = 4;
    private static final int SIGN = 8;
    private static final int LESS = 12;

    private final Flags flags = new Flags();

    @ParameterizedTest(name = "operation {0} of {1} and {2} in {3} bytes")
    @CsvSource({
            // selector, left, right, size, result, carry, overflow, zero, sign
            "0, 1, 2, 8, 3, false, false, false, false", "0, -1, 1, 8, 0, true, false, true, false",
            "0, 0x7fffffffffffffff, 1, 8, -9223372036854775808, false, true, false, true",
            "0, 0x7fffffff, 1, 4, 0x80000000, false, true, false, true",
            "0, 0xffffffff, 1, 4, 0, true, false, true, false", "0, 0x80, 0x80, 1, 0, true, true, true, false",
            "5, 5, 5, 8, 0, false, false, true, false", "5, 3, 5, 8, -2, true, false, false, true",
            "7, 0, 1, 4, 0xffffffff, true, false, false, true",
            "5, 0x80, 1, 1, 0x7f, false, true, false, false", "4, 0xF0, 0x0F, 8, 0, false, false, true, false",
            "1, 0xF0, 0x0F, 8, 0xFF, false, false, false, false", "6, 7, 7, 4, 0, false, false, true, false"})
    void arithmeticAndWhatItLeaves(int selector, long left, long right, int size, long result, boolean carry,
            boolean overflow, boolean zero, boolean sign) {
        flags.clear();
        assertThat(flags.compute(selector, left, right, size)).isEqualTo(result);
        assertThat(flags.holds(CARRY)).as("carry").isEqualTo(carry);
        assertThat(flags.holds(OVERFLOW)).as("overflow").isEqualTo(overflow);
        assertThat(flags.holds(ZERO)).as("zero").isEqualTo(zero);
        assertThat(flags.holds(SIGN)).as("sign").isEqualTo(sign);
        assertThat(flags.holds(LESS)).as("less").isEqualTo(sign != overflow);
        assertThat(flags.holds(LESS + 1)).as("not less").isEqualTo(sign == overflow);
    }

    @ParameterizedTest
    @CsvSource({"true, -1, 0", "false, 0, -1"})
    void oneUpOrDownLeavesTheCarry(boolean up, long from, long to) {
        flags.compute(5, 0, 1, 8);
        assertThat(flags.step(from, up, 8)).isEqualTo(to);
        assertThat(flags.holds(CARRY)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"SHIFT_LEFT, 3, 1, 8, 6, false", "SHIFT_LEFT, -1, 4, 1, 0xF0, true", "SHIFT_RIGHT, 6, 2, 8, 1, true",
            "SHIFT_RIGHT_SIGNED, 0x80000000, 31, 4, 0xFFFFFFFF, false", "SHIFT_RIGHT, 5, 64, 8, 5, true",
            "SHIFT_RIGHT_SIGNED, -8, 1, 8, -4, false"})
    void shifts(Operation operation, long value, long count, int size, long result, boolean carry) {
        flags.compute(5, 0, 1, 8);
        assertThat(flags.shift(operation, value, count, size)).isEqualTo(result);
        assertThat(flags.holds(CARRY)).isEqualTo(carry);
    }
}
