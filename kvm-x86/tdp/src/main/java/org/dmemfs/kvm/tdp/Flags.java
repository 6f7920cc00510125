package org.dmemfs.kvm.tdp;

/** The arithmetic of a processor and the status flags it leaves. Used by one thread at a time. */
final class Flags {
    private static final int ADD = 0;
    private static final int OR = 1;
    private static final int ADD_WITH_CARRY = 2;
    private static final int SUBTRACT_WITH_BORROW = 3;
    private static final int AND = 4;
    private static final int SUBTRACT = 5;
    private static final int EXCLUSIVE_OR = 6;
    /** A subtraction that keeps its result to itself. */
    static final int COMPARE = 7;

    private long result;
    private int signShift = 63;
    private boolean carry;
    private boolean overflow;

    void clear() {
        // a result that is neither zero nor negative, with odd parity
        result = 1;
        signShift = 63;
        carry = false;
        overflow = false;
    }

    /** One of the eight operations that share their encoding, on operands of a size. */
    long compute(int selector, long left, long right, int size) {
        return switch (selector) {
            case ADD -> add(left, right, false, size);
            case OR -> logic(left | right, size);
            case ADD_WITH_CARRY -> add(left, right, carry, size);
            case SUBTRACT_WITH_BORROW -> subtract(left, right, carry, size);
            case AND -> logic(left & right, size);
            case SUBTRACT, COMPARE -> subtract(left, right, false, size);
            case EXCLUSIVE_OR -> logic(left ^ right, size);
            default -> throw new IllegalStateException("no such arithmetic operation: " + selector);
        };
    }

    /** One up or down; the carry stays. */
    long step(long value, boolean up, int size) {
        boolean kept = carry;
        long stepped = up ? add(value, 1, false, size) : subtract(value, 1, false, size);
        carry = kept;
        return stepped;
    }

    long shift(Operation operation, long value, long count, int size) {
        int bits = 8 * size;
        int places = (int) (count & (size == Long.BYTES ? 63 : 31));
        long operand = value & mask(size);
        if (places == 0) {
            return operand;
        }
        long signed = operand << 64 - bits >> 64 - bits;
        long shifted = switch (operation) {
            case SHIFT_LEFT -> places >= bits ? 0 : operand << places;
            case SHIFT_RIGHT -> places >= bits ? 0 : operand >>> places;
            default -> signed >> Math.min(places, 63);
        };
        boolean out = switch (operation) {
            case SHIFT_LEFT -> places <= bits && (operand >>> bits - places & 1) != 0;
            case SHIFT_RIGHT -> places <= bits && (operand >>> places - 1 & 1) != 0;
            default -> (signed >> Math.min(places - 1, 63) & 1) != 0;
        };
        long kept = keep(shifted, size);
        overflow = switch (operation) {
            case SHIFT_LEFT -> kept >>> signShift != 0 != out;
            case SHIFT_RIGHT -> operand >>> signShift != 0;
            default -> false;
        };
        carry = out;
        return kept;
    }

    long multiply(long left, long right, int size) {
        long product = left * right;
        long narrow = size == Long.BYTES ? product : (int) product;
        carry = size == Long.BYTES ? Math.multiplyHigh(left, right) != product >> 63 : narrow != product;
        overflow = carry;
        return keep(product, size);
    }

    long logic(long value, int size) {
        carry = false;
        overflow = false;
        return keep(value, size);
    }

    /** A condition as a jump encodes it; the lowest bit turns it round. */
    boolean holds(int condition) {
        boolean zero = result == 0;
        boolean sign = result >>> signShift != 0;
        boolean truth = switch (condition >> 1) {
            case 0 -> overflow;
            case 1 -> carry;
            case 2 -> zero;
            case 3 -> carry || zero;
            case 4 -> sign;
            case 5 -> (Long.bitCount(result & 0xFF) & 1) == 0;
            case 6 -> sign != overflow;
            default -> zero || sign != overflow;
        };
        return truth == ((condition & 1) == 0);
    }

    static long mask(int size) {
        return size == Long.BYTES ? -1 : (1L << 8 * size) - 1;
    }

    private long add(long left, long right, boolean in, int size) {
        long mask = mask(size);
        long a = left & mask;
        long b = right & mask;
        long sum = a + b + (in ? 1 : 0) & mask;
        long kept = keep(sum, size);
        carry = Long.compareUnsigned(kept, a) < 0 || in && kept == a;
        overflow = ((a ^ kept) & (b ^ kept)) >>> signShift != 0;
        return kept;
    }

    private long subtract(long left, long right, boolean in, int size) {
        long mask = mask(size);
        long a = left & mask;
        long b = right & mask;
        long kept = keep(a - b - (in ? 1 : 0), size);
        carry = Long.compareUnsigned(a, b) < 0 || in && a == b;
        overflow = ((a ^ b) & (a ^ kept)) >>> signShift != 0;
        return kept;
    }

    private long keep(long value, int size) {
        result = value & mask(size);
        signShift = 8 * size - 1;
        return result;
    }
}
