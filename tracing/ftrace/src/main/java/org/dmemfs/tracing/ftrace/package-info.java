/**
 * The collector: a ring of the newest events, shown as tracefs shows them, and the statistics, shown as debugfs files.
 *
 * <p>No lock where an event happens; one, of {@code Tracefs}, where events come and go, with nothing called under it but
 * {@code Tracepoint.attach}. A slot of the ring is <em>empty</em> (stamp 0), <em>being written</em> (stamp -1) or
 * <em>readable</em> (stamp = the event's number, counted from 1). A writer moves it from the first or the last to the
 * second by compare-and-set and back with a release store; a reader copies a slot and then looks whether the stamp is
 * still the one it began with. A writer that finds its slot being written, or already holding a newer event, drops its
 * event and counts it: a writer never waits.
 *
 * <pre>
 * empty, readable --CAS, writer--&gt; being written --release, same writer--&gt; readable
 * </pre>
 */
package org.dmemfs.tracing.ftrace;
