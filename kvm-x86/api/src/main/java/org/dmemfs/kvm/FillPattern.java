package org.dmemfs.kvm;

import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;

/**
 * A guest program that fills pages of 4K, each with a value of its own, and ends with an OUT. One {@code rep stosq} a page
 * makes it fast where a processor runs it and where an interpreter does.
 *
 * @param startGuestPhysicalAddress first byte to fill, a multiple of 4K
 * @param pages how many pages of 4K, at least 1
 * @param seed the value of the first page
 */
public record FillPattern(long startGuestPhysicalAddress, long pages, long seed) {
    private static final int PAGE_SHIFT = 12;
    private static final int QUADWORDS = 512;
    /** Odd, so that no two of 2^64 pages have the same value; its bytes differ, so that a shifted copy is seen. */
    private static final long STEP = 0x9E37_79B9_7F4A_7C15L;

    /**
     * Checks the range.
     *
     * @throws ErrnoException EINVAL where it is not whole pages within what a guest can address
     */
    public FillPattern {
        long limit = MemorySlots.guestPhysicalLimit();
        if (startGuestPhysicalAddress < 0 || startGuestPhysicalAddress % (1L << PAGE_SHIFT) != 0 || pages < 1
                || startGuestPhysicalAddress > limit || pages > limit - startGuestPhysicalAddress >> PAGE_SHIFT) {
            throw new ErrnoException(Errno.EINVAL, ("%d pages from guest physical address 0x%x are not at least one "
                    + "whole page of 4K below 0x%x").formatted(pages, startGuestPhysicalAddress, limit));
        }
    }

    /**
     * The port that the end is told to.
     *
     * @return a port
     */
    public static int port() {
        return 0xF4;
    }

    /**
     * The value that is written to it, a byte.
     *
     * @return what {@link Exit.PortWrite} shows
     */
    public static int doneValue() {
        return 0x5A;
    }

    /**
     * The program. It runs at any address, uses no stack, and says it again if it is run again after its end.
     *
     * @return machine code
     */
    public byte[] machineCode() {
        MachineCode code = new MachineCode().move(GeneralRegister.RDI, startGuestPhysicalAddress)
                .move(GeneralRegister.RBX, pages).move(GeneralRegister.RAX, seed).move(GeneralRegister.RSI, STEP);
        int page = code.position();
        code.move(GeneralRegister.RCX, QUADWORDS).repeatStoreQuadwords().add(GeneralRegister.RAX, GeneralRegister.RSI)
                .decrement(GeneralRegister.RBX).jumpIfNotZero(page).move(GeneralRegister.RAX, doneValue());
        int done = code.position();
        return code.outByte(port()).jump(done).toBytes();
    }

    /**
     * What a page holds afterwards, 512 times.
     *
     * @param page counted from the first page filled
     * @return 8 bytes, little-endian in memory
     */
    public long valueOfPage(long page) {
        return seed + page * STEP;
    }
}
