/**
 * The soak: random use of a machine, and a model of what every 4K page of it must hold.
 *
 * <p>The model is a {@code Book} of the dpages that somebody keeps. It learns which dpage stands behind a page of a file by
 * asking, right after each step, and judges the answer: a dpage that is new to a file must be nobody's, without a bad frame
 * and zero but for what the step stored. From then on its bytes, its references and its node's ledger are foretold.
 *
 * <p>A soak has several workers, each with files, tasks, guests and devices of its own. Most steps are one worker's alone, and
 * after each the ledger must be exact. Now and then all work at once, each in a thread and by random choices of its own that
 * only its own part of the seed decides; then the ledger is looked at when all are done. The book and the tally are the only
 * things that workers share, each with its own lock; nothing is called out with one of them held but the pool's counters.
 */
@NullMarked
package org.dmemfs.conformance.scenarios.soak;

import org.jspecify.annotations.NullMarked;
