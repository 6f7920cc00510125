/**
 * The contract of the memory manager: tasks, their address spaces, what a file brings to a mapping, and what must be
 * called upward: {@link org.dmemfs.mm.VmOperations}, {@link org.dmemfs.mm.MmuNotifier} and
 * {@link org.dmemfs.mm.MachineCheckHandler}.
 *
 * <p>Addresses are 64-bit virtual addresses of a model task; {@code pageOffset} counts 4K pages of a file, as
 * {@code vm_pgoff} does. Wrong arguments of a system call end in an {@link org.dmemfs.kernel.ErrnoException}; a wrong
 * access by the task itself ends in a {@link org.dmemfs.mm.SignalException}. A call on a task that has exited, or whose
 * machine has gone, answers ENODEV.
 *
 * <p>Lock order, outermost first; a callback is entered with what stands above it held:
 * <pre>
 * mmap lock of the address space (shared for faults, exclusive for mmap, munmap, mprotect, mremap)
 *   VmOperations (a file system's own locks)
 *     the file mapping's list of VMAs
 *       page table lock
 *         MmuNotifier
 * </pre>
 * A file system unmaps a range through {@link org.dmemfs.mm.FileMapping#unmapRange} with its own locks held, and never
 * takes an mmap lock.
 */
@Export
@Version("1.0.0")
package org.dmemfs.mm;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
