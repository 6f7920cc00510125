package org.dmemfs.kernel;

import java.util.OptionalLong;
import java.util.Optional;

/** Sizes as the kernel reads and people write them: {@code memparse} numbers, and 512M, 1.5G for the eye. */
public final class MemorySize {
    private static final String SUFFIXES = "KMGTPE";

    private MemorySize() {
    }

    /**
     * A number at the start of a text, as the kernel's {@code memparse} reads it.
     *
     * @param bytes the value; 0 where no digit was read
     * @param end index of the first character that does not belong to the number
     */
    public record Parsed(long bytes, int end) {
    }

    /**
     * Reads a number as {@code memparse} does: decimal, octal with a leading 0, or hexadecimal with a leading 0x, then
     * at most one suffix of K, M, G, T, P and E in either case. Like the kernel's, it wraps silently past 64 bits; use
     * {@link #tryParse} at the door.
     *
     * @param text the text
     * @param start index of the first character
     * @return the number and where it ends; {@code end == start} where there is none
     */
    public static Parsed memparse(String text, int start) {
        int position = start;
        int radix = 10;
        if (text.startsWith("0x", position) || text.startsWith("0X", position)) {
            if (position + 2 < text.length() && Character.digit(text.charAt(position + 2), 16) >= 0) {
                radix = 16;
                position += 2;
            }
        } else if (text.startsWith("0", position)) {
            radix = 8;
        }
        int digits = position;
        long value = 0;
        while (position < text.length() && asciiDigit(text.charAt(position), radix) >= 0) {
            value = value * radix + asciiDigit(text.charAt(position), radix);
            position++;
        }
        if (position == digits) {
            return new Parsed(0, start);
        }
        if (position < text.length()) {
            int suffix = SUFFIXES.indexOf(Character.toUpperCase(text.charAt(position)));
            if (suffix >= 0) {
                return new Parsed(value << (10 * (suffix + 1)), position + 1);
            }
        }
        return new Parsed(value, position);
    }

    /**
     * A whole text as a number of bytes.
     *
     * @param text the text
     * @return bytes, or empty where the text is not exactly one number that fits 63 bits
     */
    public static Optional<Long> tryParse(String text) {
        Parsed parsed = memparse(text, 0);
        if (parsed.end() == 0 || parsed.end() != text.length() || parsed.bytes() < 0 || overflows(text, parsed)) {
            return Optional.empty();
        }
        return Optional.of(parsed.bytes());
    }

    /**
     * A whole text as a number of bytes.
     *
     * @param what what the number is, for the sentence, such as "the size"
     * @param text the text
     * @return bytes
     * @throws ErrnoException EINVAL where the text is not exactly one number that fits 63 bits
     */
    public static long parse(String what, String text) {
        return tryParse(text).orElseThrow(() -> new ErrnoException(Errno.EINVAL, what + " \"" + text
                + "\" is not a size: accepted is a number with at most one suffix of K, M, G, T, P and E, such as 512M"));
    }

    /**
     * A size for the eye: exact where a whole number of a unit below 10,240 is, otherwise with one or two decimals.
     *
     * @param bytes the size, not negative
     * @return such as 4K, 512M, 5G, 1.25G or 17B
     */
    public static String format(long bytes) {
        if (bytes < 1024) {
            return bytes + "B";
        }
        int unit = Math.min((63 - Long.numberOfLeadingZeros(bytes)) / 10, SUFFIXES.length());
        long whole = 1L << (10 * unit);
        if (bytes % whole == 0) {
            return bytes / whole + "" + SUFFIXES.charAt(unit - 1);
        }
        if (unit > 1 && bytes % (whole >> 10) == 0 && bytes / (whole >> 10) < 10_240) {
            return bytes / (whole >> 10) + "" + SUFFIXES.charAt(unit - 2);
        }
        long hundredths = Math.round(bytes * 100.0 / whole);
        String decimals = hundredths % 10 == 0
                ? "." + hundredths / 10 % 10
                : "." + hundredths / 10 % 10 + hundredths % 10;
        return hundredths / 100 + (hundredths % 100 == 0 ? "" : decimals) + SUFFIXES.charAt(unit - 1);
    }

    private static boolean overflows(String text, Parsed parsed) {
        int suffix = SUFFIXES.indexOf(Character.toUpperCase(text.charAt(parsed.end() - 1)));
        boolean hexadecimal = text.startsWith("0x") || text.startsWith("0X");
        boolean hasSuffix = suffix >= 0 && (!hexadecimal || Character.digit(text.charAt(parsed.end() - 1), 16) < 0);
        String digits = hasSuffix ? text.substring(0, parsed.end() - 1) : text;
        OptionalLong mantissa = unsigned(digits, hexadecimal);
        return mantissa.isEmpty() || mantissa.getAsLong() > Long.MAX_VALUE >> (hasSuffix ? 10 * (suffix + 1) : 0);
    }

    private static OptionalLong unsigned(String digits, boolean hexadecimal) {
        try {
            if (hexadecimal) {
                return OptionalLong.of(Long.parseLong(digits.substring(2), 16));
            }
            return OptionalLong.of(Long.parseLong(digits, digits.startsWith("0") ? 8 : 10));
        } catch (NumberFormatException tooLong) {
            return OptionalLong.empty();
        }
    }

    private static int asciiDigit(char character, int radix) {
        return character < 128 ? Character.digit(character, radix) : -1;
    }
}
