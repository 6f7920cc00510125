package org.dmemfs.conformance.scenarios.compare;

import java.util.function.Function;

/**
 * One operation.
 *
 * @param name unique
 * @param meaning what it means for a VMM
 * @param body what is done with a guest, and what came of it
 */
record Operation(String name, String meaning, Function<GuestOnScheme, String> body) {
}
