package org.dmemfs.conformance.tests.judge;

import java.util.List;

/**
 * What a call left behind.
 *
 * @param pieces what is mapped, ascending and merged
 * @param fileBytes the file's size, 0 without a file
 */
record State(List<Piece> pieces, long fileBytes) {
}
