/**
 * The soak: random use of a machine, and a model of what every 4K page of it must hold.
 *
 * <p>The model is a {@code Book} of the dpages that somebody keeps. It learns which dpage stands behind a page of a file by
 * asking, right after each step, and judges the answer: a dpage that is new to a file must be nobody's, without a bad frame
 * and zero but for what the step stored. From then on its bytes, its references and its node's ledger are foretold.
 *
 * <p>No lock: a soak is one thread.
 */
@NullMarked
package org.dmemfs.conformance.scenarios.soak;

import org.jspecify.annotations.NullMarked;
