package org.dmemfs.reserve.memblock;

import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.MemorySize;
import org.dmemfs.kernel.Patch;
import org.jspecify.annotations.Nullable;

/**
 * What one {@code dmem=} asks for ({@code struct dmem_param}). Numbers are the kernel's {@code u64}: they wrap past 64
 * bits as {@code memparse} does, and compare unsigned.
 *
 * @param base where the range starts, 0 for a size on every node
 * @param size of the range, or on every node
 * @param align of every region, a power of two, at least one section
 * @param leftToKernel the size is what the kernel keeps on every node, written with a leading exclamation mark
 */
@Patch(v1 = 2, v2 = 2)
record DmemParameter(long base, long size, long align, boolean leftToKernel) {
    private static final String FORM = "dmem=[!]SIZE[@ADDRESS][:ALIGN]";
    private static final String NUMBER = "accepted is a decimal, 0 octal or 0x hexadecimal number with at most one suffix"
            + " of K, M, G, T, P and E";

    /**
     * Reads what stands behind {@code dmem=}. The checks come in the kernel's order, so that the first of several
     * mistakes is the one that the kernel would name.
     *
     * @throws ErrnoException EINVAL with the rule that was broken
     */
    static DmemParameter parse(@Nullable String value) {
        if (value == null) {
            throw new ErrnoException(Errno.EINVAL,
                    "dmem has no value: accepted is " + FORM + " without spaces, such as dmem=4G");
        }
        Refusal refusal = new Refusal(value);
        boolean leftToKernel = value.startsWith("!");
        MemorySize.Parsed size = MemorySize.memparse(value, leftToKernel ? 1 : 0);
        if (size.end() == (leftToKernel ? 1 : 0)) {
            throw refusal.because("has no size: " + NUMBER + ", such as dmem=4G");
        }
        if (size.bytes() == 0) {
            throw refusal.because("asks for the size 0: accepted is a multiple of the alignment, 128M or more");
        }
        long base = 0;
        long align = 0;
        int position = size.end();
        while (position < value.length()) {
            char indicator = value.charAt(position);
            if (indicator != '@' && indicator != ':') {
                throw refusal.because("has \"" + Excerpt.of(value.substring(position))
                        + "\" where only @ADDRESS or :ALIGN may follow: accepted is " + FORM);
            }
            String what = indicator == '@' ? "address" : "alignment";
            if ((indicator == '@' ? base : align) != 0) {
                throw refusal.because("gives the " + what + " twice: accepted is one " + indicator);
            }
            MemorySize.Parsed number = MemorySize.memparse(value, position + 1);
            if (number.end() == position + 1) {
                throw refusal.because("has no number behind " + indicator + ": " + NUMBER);
            }
            if (number.bytes() == 0) {
                throw refusal.because(indicator == '@'
                        ? "asks for the address 0, where the kernel itself has memory: accepted is a multiple of the"
                                + " alignment above 0"
                        : "asks for the alignment 0: accepted is a power of two of 128M or more");
            }
            if (indicator == '@') {
                base = number.bytes();
            } else {
                align = number.bytes();
            }
            position = number.end();
        }
        DmemParameter parameter = new DmemParameter(base, size.bytes(), align == 0 ? Section.BYTES : align,
                leftToKernel);
        parameter.validate(refusal);
        return parameter;
    }

    private void validate(Refusal refusal) {
        if (Long.compareUnsigned(align, Section.BYTES) < 0) {
            throw refusal.because("asks for the alignment " + text(align)
                    + ", less than a memory section: accepted is a power of two of 128M or more");
        }
        if (Long.bitCount(align) != 1) {
            throw refusal.because("asks for the alignment " + text(align)
                    + ", which is no power of two: accepted is a power of two of 128M or more");
        }
        if ((base & align - 1) != 0) {
            throw refusal.because(
                    "asks for the address 0x%x, which is no multiple of the alignment %s: accepted is such as 0x%x"
                            .formatted(base, text(align), Section.alignUp(base, align)));
        }
        if ((size & align - 1) != 0) {
            throw refusal
                    .because("asks for the size %s, which is no multiple of the alignment %s: accepted is such as %s"
                            .formatted(text(size), text(align), text(Section.alignUp(size, align))));
        }
        if (Long.compareUnsigned(base, base + size) >= 0) {
            throw refusal.because("ends beyond 64 bits of address: accepted is an address and a size whose sum is below"
                    + " 16E");
        }
        if (leftToKernel && base != 0) {
            throw refusal.because("has both ! and @ADDRESS: accepted is ! with a size on every node, or a range without"
                    + " it");
        }
    }

    /** Sizes for sentences; those beyond 63 bits as a number. */
    static String text(long bytes) {
        return bytes < 0 ? "0x" + Long.toHexString(bytes) : MemorySize.format(bytes);
    }

    @Override
    public String toString() {
        if (base != 0) {
            return "the range 0x%x-0x%x, aligned to %s".formatted(base, base + size - 1, text(align));
        }
        return (leftToKernel ? "all but " : "") + text(size) + " on every node, aligned to " + text(align);
    }

    private record Refusal(String value) {
        ErrnoException because(String rule) {
            return new ErrnoException(Errno.EINVAL, "dmem=" + Excerpt.of(value) + " " + rule);
        }
    }
}
