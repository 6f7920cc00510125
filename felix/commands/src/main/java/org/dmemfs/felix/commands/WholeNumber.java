package org.dmemfs.felix.commands;

import org.dmemfs.felix.UsageException;

/** Numbers as users write them. */
final class WholeNumber {
    private WholeNumber() {
    }

    /** A count of at least 1. */
    static int count(String what, String text) {
        if (!text.matches("0*[1-9][0-9]{0,8}")) {
            throw new UsageException("%s %s is no count: accepted is a whole number from 1 to 999999999".formatted(what,
                    text));
        }
        return Integer.parseInt(text);
    }

    /** An address, hexadecimal with 0x or decimal. */
    static long address(String text) {
        try {
            return text.startsWith("0x") ? Long.parseUnsignedLong(text.substring(2), 16) : Long.parseLong(text);
        } catch (NumberFormatException noNumber) {
            throw new UsageException(
                    "%s is no address: accepted are hexadecimal with 0x and decimal".formatted(text), noNumber);
        }
    }
}
