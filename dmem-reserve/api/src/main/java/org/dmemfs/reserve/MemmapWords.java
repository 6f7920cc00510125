package org.dmemfs.reserve;

import java.util.List;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;

/**
 * The command line with which a stock kernel sets given regions aside: one {@code memmap=nn$ss} each. What differs from
 * {@code dmem=}: the memory is no longer System RAM and not in the direct map, so that only {@code /dev/mem} and drivers
 * reach it.
 *
 * @param words one for each region, in the regions' order
 */
public record MemmapWords(List<String> words) {
    private static final int COMMAND_LINE_BYTES = 2048;
    private static final String UNITS = "KMGT";

    /**
     * Checks the length.
     *
     * @throws ErrnoException EINVAL where the words are longer than the 2,048 bytes, the closing zero among them, that a
     *         command line of x86 may have
     */
    public MemmapWords {
        words = List.copyOf(words);
        int bytes = words.stream().mapToInt(word -> word.length() + 1).sum();
        if (bytes > COMMAND_LINE_BYTES) {
            throw new ErrnoException(Errno.EINVAL,
                    ("%d regions need %,d bytes of memmap= words: a command line of x86 has"
                            + " %,d; ask for fewer or larger regions")
                            .formatted(words.size(), bytes, COMMAND_LINE_BYTES));
        }
    }

    /**
     * The words for regions.
     *
     * @param regions any regions
     * @return a word for each
     * @throws ErrnoException EINVAL where they are too long
     */
    public static MemmapWords of(List<DmemRegion> regions) {
        return new MemmapWords(regions.stream().map(
                region -> "memmap=" + number(region.bytes()) + "$" + number(region.startPhysicalAddress())).toList());
    }

    /**
     * As the kernel reads it, and as loaders take it that know no variables.
     *
     * @return the words with a space between them
     */
    public String commandLine() {
        return String.join(" ", words);
    }

    /**
     * As it stands between the double quotes of {@code GRUB_CMDLINE_LINUX} in {@code /etc/default/grub}: the file is read
     * by a shell and what comes out of it by GRUB, and to both a dollar sign begins a variable.
     *
     * @return the words, each dollar sign behind three backslashes
     */
    public String grubDefault() {
        return commandLine().replace("$", "\\\\\\$");
    }

    /**
     * As it stands in {@code grub.cfg} itself.
     *
     * @return the words, each dollar sign behind one backslash
     */
    public String grubConfiguration() {
        return commandLine().replace("$", "\\$");
    }

    /** The largest unit that divides it; the kernel reads no decimals. */
    private static String number(long bytes) {
        int unit = bytes == 0 ? 0 : Math.min(Long.numberOfTrailingZeros(bytes) / 10, UNITS.length());
        return unit == 0 ? Long.toString(bytes) : (bytes >> 10 * unit) + "" + UNITS.charAt(unit - 1);
    }
}
