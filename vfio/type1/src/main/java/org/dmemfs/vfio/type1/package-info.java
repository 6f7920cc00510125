/**
 * VFIO type1: a container maps a task's memory for a device, behind an IOMMU table of its own.
 *
 * <p>The IOMMU table is the only record of which frames a map has: an unmap reads them back from the entries that it
 * clears. Frames come by gup where there is a {@code struct page}, else by follow_pfn (patches 21, 29); dpages get
 * references (patch V2 36), so a truncate, an unlink or a munmap never tears an entry down under a device.
 *
 * <p>A range of a container is <em>coming</em> (its iova is taken, its pages are being pinned), <em>mapped</em>, or
 * <em>going</em> (entries are cleared, references given back). Whoever brought it into coming or going ends that state;
 * a closed container gives its table up when the last range has left it.
 *
 * <p>Lock order, outermost first:
 * <pre>
 * Type1.containers                (who is open; nothing else is called with it held)
 * container lock
 *   |  write: the table of ranges, the IOMMU table, the index of frames; nothing is called out
 *   |  read:  the DMA engine, for one step of a transfer; calls PhysicalBytes
 * LockedMemory, PostedCounts      (leaf, never inside the container lock)
 * </pre>
 * Faults, gup, the pool and the kernel log are called with no lock of this package held: a fault may wait for a truncate,
 * and a truncate for nothing of ours. What follow_pfn answered may be gone by then, so after the reference is taken the
 * page table is asked again. Clearing takes the write side, so no transfer is under way in memory that is given back.
 */
package org.dmemfs.vfio.type1;
