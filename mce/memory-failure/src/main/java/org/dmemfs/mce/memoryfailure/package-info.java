/**
 * Machine-check handling: what a report of a bad frame leads to (patch 31's hook in {@code memory_failure}), and which
 * tasks are signalled how (patch 32's part in {@code mm/memory-failure.c}).
 *
 * <p>Two components, so that the file system can need the signals while the report needs the pool, which calls the file
 * system. The list of reports has a lock, a leaf; a report is handled in the thread that brings it, and the task whose access met the
 * error is known by a scoped value of that thread.
 *
 * <p>Who handed a frame out is asked first ({@link org.dmemfs.mm.FrameFailure}), the memory manager for the pages of tasks: it
 * finds everybody who maps a page, takes it out of their page tables and names them, and they are signalled here. Nothing is
 * locked in between. A frame with a {@code struct page} that nobody knows, as one of a page table, is marked, and its TLB
 * entries are flushed.
 */
package org.dmemfs.mce.memoryfailure;
