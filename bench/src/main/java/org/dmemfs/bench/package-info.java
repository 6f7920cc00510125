/**
 * Measures. A figure alone says nothing about a machine that nobody else has, so each stands beside a peer that was
 * measured in the same run, and what is read is the ratio.
 *
 * <p>A JMH class here has exactly one method named {@code peer}; {@link org.dmemfs.bench.RatioTable} refuses a run
 * without it. The start is measured from outside, as its user sees it. No lock.
 */
package org.dmemfs.bench;
