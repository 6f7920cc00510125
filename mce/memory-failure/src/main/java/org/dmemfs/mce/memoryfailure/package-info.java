/**
 * Machine-check handling: what a report of a bad frame leads to (patch 31's hook in {@code memory_failure}), and which
 * tasks are signalled how (patch 32's part in {@code mm/memory-failure.c}).
 *
 * <p>Two components, so that the file system can need the signals while the report needs the pool, which calls the file
 * system. The list of reports has a lock, a leaf; a report is handled in the thread that brings it, and the task whose access met the
 * error is known by a scoped value of that thread.
 *
 * <p>A frame with a {@code struct page} is marked, its TLB entries are flushed, and the task that touched it is
 * signalled. The kernel would also unmap it from every other task and replace what can be read again from disk; that
 * needs a reverse map, which the memory manager's contract does not offer, so the others are signalled when they touch it.
 */
package org.dmemfs.mce.memoryfailure;
