package org.dmemfs.conformance.tests.judge;

/** The text of what mincore answers: runs such as {@code 512x1}. */
final class Vector {
    private Vector() {
    }

    static String text(byte[] pages) {
        StringBuilder text = new StringBuilder();
        for (int at = 0; at < pages.length;) {
            int end = at;
            while (end < pages.length && pages[end] == pages[at]) {
                end++;
            }
            text.append(' ').append(end - at).append('x').append(pages[at] & 1);
            at = end;
        }
        return text.toString();
    }
}
