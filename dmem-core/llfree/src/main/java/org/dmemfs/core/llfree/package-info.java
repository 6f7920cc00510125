/**
 * An allocator without locks, after the design of LLFree (USENIX ATC 2023): a bit per dpage, a counter per child of 512
 * dpages, trees of 32 children, and a tree reserved for each slot of threads, so that threads keep out of each other's
 * cache lines.
 *
 * <p>A child's counter says how many of its dpages nobody has claimed. take first claims one in the counter, which is the
 * moment at which it has its dpage, and then finds a clear bit, which there must be; give clears the bit and then counts
 * it. So the clear bits of a child are never fewer than its counter says.
 *
 * <pre>
 *   free (bit clear, counted) --claim--> claimed (bit clear, not counted) --set bit--> taken (bit set)
 *        ^-------------------count-------------- given (bit clear, not counted) &lt;--clear bit--'
 * </pre>
 *
 * There is no lock. Where several dpages are claimed at once and some are returned, the counter shows that they are
 * pending; only a take that finds everything else taken waits for them.
 */
package org.dmemfs.core.llfree;
