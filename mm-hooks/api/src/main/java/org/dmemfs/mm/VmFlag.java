package org.dmemfs.mm;

/** Flags of a VMA, with the bit that each has in {@code vm_flags} of 5.10 on x86-64. */
public enum VmFlag {
    /** Loads allowed. */
    READ(0),
    /** Stores allowed. */
    WRITE(1),
    /** Instruction fetches allowed. */
    EXEC(2),
    /** Shared. */
    SHARED(3),
    /** mprotect may allow loads. */
    MAYREAD(4),
    /** mprotect may allow stores. */
    MAYWRITE(5),
    /** mprotect may allow instruction fetches. */
    MAYEXEC(6),
    /** Bare frames, no {@code struct page}. */
    PFNMAP(10),
    /** Locked. */
    LOCKED(13),
    /** Like a device's memory: no gup, no core dump. */
    IO(14),
    /** Not copied by fork. */
    DONTCOPY(17),
    /** mremap may not grow it. */
    DONTEXPAND(18),
    /** Not in core dumps. */
    DONTDUMP(26),
    /** Transparent huge pages wanted. */
    HUGEPAGE(29),
    /** Transparent huge pages not wanted. */
    NOHUGEPAGE(30),
    /** A mapping of dmem (patch 23). */
    DMEM(38);

    private final int bit;

    VmFlag(int bit) {
        this.bit = bit;
    }

    /**
     * The flag's bit.
     *
     * @return its number in {@code vm_flags}
     */
    public int bit() {
        return bit;
    }
}
