/**
 * The x86-64 memory manager before the series: tasks, VMAs, page tables, faults, gup, and a software TLB per thread. Where
 * the series changes something, a hook is asked ({@link org.dmemfs.mm.HookSet}); without one the answer is that of the
 * kernel before it.
 *
 * <p>Lock order, outermost first:
 * <pre>
 * hook change                     (VirtualMemory)
 *   mmap lock of each address space, by pid, when hooks change; else of one
 *     |  read:  fault, gup, remote access, failure of a page (of one address space after the other)
 *     |  write: mmap, munmap, mprotect, mbind, exit, change of hooks
 *     +-- VmOperations            (a file system's locks)
 *           +-- InodeMapping.lock (held by unmapRange to its end; by a change of the list)
 *                 +-- entries     (compare-and-set, no lock)
 *                 +-- Notifiers.calls
 *                 +-- sections    (waited for, never waited in)
 *                       +-- KernelRam, TableMemory, AnonymousFamily, ReverseMap (leaf locks)
 * </pre>
 * A section ({@link org.dmemfs.mm.mm.TranslationBuffer}) takes no lock, calls nothing out and does not block: whoever took
 * entries out may wait for it with any lock held. A load, follow_pfn and the fast gup that refuses go without one as long as
 * the TLB or the {@link org.dmemfs.mm.mm.TableCache} knows the way: they look at the generation before and after, and a
 * generation that has not changed says that nothing they used has got another owner.
 *
 * <p>Who may take what out of a page table: an entry goes under the mmap lock or under the file's list lock; a table goes
 * only under the exclusive mmap lock, after its VMAs have left their files' lists. So a fault (mmap lock, shared) and an
 * unmapRange (list lock) may walk tables without a section; everyone else walks within one.
 *
 * <p>A transparent huge page becomes a table of small entries under the mmap lock, shared or exclusive, and never one again;
 * its frames count their references each for itself.
 *
 * <p>A page of a task is found again from its frame: {@link org.dmemfs.mm.mm.ReverseMap} says which VMAs may map it and as which
 * page, written before its entry is in place and past when the frame is free. A VMA is in that list from before it has an entry
 * until after its last one has gone, wherever mremap and fork take it; who looks an entry up holds the mmap lock of its address
 * space, since a huge one may be split and a table may go. A lost page leaves an entry that is not present and maps nothing,
 * which fork and mremap carry on and munmap takes away.
 *
 * <p>An address space is alive until its task exits, is killed, or the memory manager stops; then every call answers
 * ENODEV.
 */
package org.dmemfs.mm.mm;
