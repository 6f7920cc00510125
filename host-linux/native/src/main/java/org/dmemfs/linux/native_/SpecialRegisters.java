package org.dmemfs.linux.native_;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The kernel's {@code struct kvm_sregs}: segments with their hidden parts, control registers, efer. Offsets in bytes, from
 * asm/kvm.h; bits from the processor's architecture.
 */
final class SpecialRegisters {
    private static final int BYTES = 312;
    private static final int CS = 0;
    private static final int DATA_SEGMENTS = 5;
    private static final int SEGMENT_BYTES = 24;
    private static final int SEGMENT_LIMIT = 8;
    private static final int SEGMENT_SELECTOR = 12;
    private static final int SEGMENT_TYPE = 14;
    private static final int SEGMENT_PRESENT = 15;
    private static final int SEGMENT_DPL = 16;
    private static final int SEGMENT_DB = 17;
    private static final int SEGMENT_S = 18;
    private static final int SEGMENT_L = 19;
    private static final int SEGMENT_G = 20;
    private static final int SEGMENT_UNUSABLE = 22;
    private static final int TR = 6 * SEGMENT_BYTES;
    private static final int CR0 = 224;
    private static final int CR3 = 240;
    private static final int CR4 = 248;
    private static final int EFER = 264;

    /** Executable, readable, accessed. */
    private static final byte CODE = 11;
    /** Writable, accessed. */
    private static final byte DATA = 3;
    private static final byte USER_LEVEL = 3;
    /** Where Linux has its user segments, with requested privilege level 3. */
    private static final short USER_CODE_SELECTOR = 0x33;
    private static final short USER_DATA_SELECTOR = 0x2b;
    /** PE, MP, ET, NE, WP, AM, PG. */
    private static final long CR0_PAGING = 0x80050033L;
    /** PAE, OSFXSR, OSXMMEXCPT. */
    private static final long CR4_PAE_SSE = 0x620;
    /** SCE, LME, LMA, NXE. */
    private static final long EFER_LONG_MODE = 0xd01;

    private final MemorySegment registers;

    private SpecialRegisters(MemorySegment registers) {
        this.registers = registers;
    }

    /** Room for the structure, to be filled by the host and changed here. */
    static SpecialRegisters allocate(Arena arena) {
        return new SpecialRegisters(arena.allocate(BYTES, Long.BYTES));
    }

    long address() {
        return registers.address();
    }

    void longModeUser(long pageTableRoot, long taskStateSegment) {
        registers.set(JAVA_LONG, TR, taskStateSegment);
        segment(CS, USER_CODE_SELECTOR, CODE, true);
        for (int index = 1; index <= DATA_SEGMENTS; index++) {
            segment((long) index * SEGMENT_BYTES, USER_DATA_SELECTOR, DATA, false);
        }
        registers.set(JAVA_LONG, CR0, CR0_PAGING);
        registers.set(JAVA_LONG, CR3, pageTableRoot);
        registers.set(JAVA_LONG, CR4, CR4_PAE_SSE);
        registers.set(JAVA_LONG, EFER, EFER_LONG_MODE);
    }

    /** The reset state with all bases at 0. */
    void realMode() {
        for (int index = 0; index <= DATA_SEGMENTS; index++) {
            registers.set(JAVA_LONG, (long) index * SEGMENT_BYTES, 0);
            registers.set(JAVA_SHORT, (long) index * SEGMENT_BYTES + SEGMENT_SELECTOR, (short) 0);
        }
    }

    private void segment(long at, short selector, byte type, boolean code) {
        registers.set(JAVA_LONG, at, 0);
        registers.set(JAVA_INT, at + SEGMENT_LIMIT, 0xffffffff);
        registers.set(JAVA_SHORT, at + SEGMENT_SELECTOR, selector);
        registers.set(JAVA_BYTE, at + SEGMENT_TYPE, type);
        registers.set(JAVA_BYTE, at + SEGMENT_PRESENT, (byte) 1);
        registers.set(JAVA_BYTE, at + SEGMENT_DPL, USER_LEVEL);
        registers.set(JAVA_BYTE, at + SEGMENT_DB, (byte) (code ? 0 : 1));
        registers.set(JAVA_BYTE, at + SEGMENT_S, (byte) 1);
        registers.set(JAVA_BYTE, at + SEGMENT_L, (byte) (code ? 1 : 0));
        registers.set(JAVA_BYTE, at + SEGMENT_G, (byte) 1);
        registers.set(JAVA_BYTE, at + SEGMENT_UNUSABLE, (byte) 0);
    }
}
