package org.dmemfs.reserve.memblock;

/** A piece of foreign text made fit for a sentence: short, on one line, nothing that a terminal would obey. */
final class Excerpt {
    private static final int LENGTH = 80;

    private Excerpt() {
    }

    static String of(String text) {
        String printable = text.strip().replaceAll("[^\\p{Print}]", "?");
        return printable.length() <= LENGTH ? printable : printable.substring(0, LENGTH) + "...";
    }
}
