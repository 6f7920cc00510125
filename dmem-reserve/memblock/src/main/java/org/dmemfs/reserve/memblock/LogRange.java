package org.dmemfs.reserve.memblock;

import java.util.Optional;
import java.util.regex.Matcher;

/** Addresses in a line of a log, from start to before end. */
record LogRange(long start, long end) {
    /**
     * Two hexadecimal groups of a match.
     *
     * @param group the first of the two
     * @param lastByte 1 where the second is the last byte, 0 where it is the first after the range
     * @return empty where they are no range of x86-64 addresses
     */
    static Optional<LogRange> of(Matcher matcher, int group, int lastByte) {
        long start = Long.parseUnsignedLong(matcher.group(group), 16);
        long end = Long.parseUnsignedLong(matcher.group(group + 1), 16) + lastByte;
        return start < 0 || end <= start || end > Section.ADDRESS_LIMIT
                ? Optional.empty()
                : Optional.of(new LogRange(start, end));
    }
}
