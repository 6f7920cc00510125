/**
 * The operations of {@code dmem compare}. Each gets a guest of its own on one carve-out, does what a VMM or its tools would
 * do, and answers with what happened; none knows which scheme it runs on. No lock: one thread, but for the vCPU that runs while
 * its memory is unmapped.
 */
@NullMarked
package org.dmemfs.conformance.scenarios.compare;

import org.jspecify.annotations.NullMarked;
