package org.dmemfs.linux.native_;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.linux.HostMapping;
import org.dmemfs.linux.HostProtection;

/** The mappings of this process, read from {@code /proc/self/maps}: {@code START-END rwxs OFFSET DEVICE INODE NAME}. */
final class ProcessMappings {
    private static final Path FILE = Path.of("/proc/self/maps");
    private static final int HEXADECIMAL = 16;
    private static final int INODE = 4;

    private ProcessMappings() {
    }

    /** What lies in a range, which no mapping crosses. */
    static List<HostMapping> within(long start, long end) {
        try (BufferedReader lines = Files.newBufferedReader(FILE, StandardCharsets.ISO_8859_1)) {
            List<HostMapping> mappings = new ArrayList<>();
            // Ascending, and what lies low is read without what lies high.
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                long from = Long.parseUnsignedLong(line.substring(0, line.indexOf('-')), HEXADECIMAL);
                if (Long.compareUnsigned(from, end) >= 0) {
                    break;
                }
                if (from >= start) {
                    mappings.add(mapping(line, from, start));
                }
            }
            return mappings;
        } catch (IOException | NumberFormatException | IndexOutOfBoundsException unreadable) {
            throw new ErrnoException(Errno.EIO, FILE + " cannot be read", unreadable);
        }
    }

    private static HostMapping mapping(String line, long from, long start) {
        String[] words = line.split(" +", INODE + 2);
        long to = Long.parseUnsignedLong(words[0].substring(words[0].indexOf('-') + 1), HEXADECIMAL);
        Set<HostProtection> protection = EnumSet.noneOf(HostProtection.class);
        for (HostProtection each : HostProtection.values()) {
            if (words[1].charAt(each.ordinal()) != '-') {
                protection.add(each);
            }
        }
        boolean anonymous = words[INODE].equals("0");
        return new HostMapping(from - start, to - from, protection, words[1].charAt(3) == 's',
                anonymous ? 0 : Long.parseUnsignedLong(words[2], HEXADECIMAL));
    }
}
