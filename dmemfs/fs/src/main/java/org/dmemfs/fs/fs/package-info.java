/**
 * The file system {@code dmemfs}: {@code fs/dmemfs/inode.c} of the series, one class per thing it does (patches 01, 05, 06,
 * 09, 10, 16, 24, 28 and 32's listener).
 *
 * <p>A file is a size and a tree of dpages. A fault finds the dpage of its index or takes one from the pool, and puts an
 * entry in place. A file lives while it has a name or is open or mapped; then its dpages go back. A <em>file</em> is
 * live until its eviction ends it, and from then on every fault in it is a SIGBUS. A <em>mount</em> is mounted until it
 * is unmounted or the file system stops, and from then on every call on it answers ENODEV.
 *
 * <p>Lock order, outermost first:
 * <pre>
 * the mount table (mount and unmount only; never while faulting)
 * mmap lock of an address space (the memory manager's)
 *   the file's lock: shared from the look-up of a dpage until its entry is in place, exclusive while dpages leave the
 *   file, so that no entry can appear for a dpage that has gone (truncate, punch, eviction, poison)
 *     a stripe of the supply: one taker per index (defect 12.2.2)
 *       the pool
 *     the file mapping's list, page table locks, MMU notifiers (the memory manager's)
 *   the name space (a leaf: names, and how often a file is open and mapped)
 * </pre>
 * Nothing here takes an mmap lock.
 */
package org.dmemfs.fs.fs;
