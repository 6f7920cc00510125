/**
 * The pool of dpages: nodes and their fallback order, policies, references, holders, bad frames, the exchange of the
 * allocator.
 *
 * <p>A {@code Carving} is the regions cut into dpages of one size. It lives from the first use to the last reference:
 *
 * <pre>
 *   unused --use--> in use --last close, nothing referenced--> unused
 *                     |  ^
 *   last close, referenced  use of the same page size
 *                     v  |
 *                  lingering --last put--> unused          any --stop--> stopped (ENODEV, for good)
 * </pre>
 *
 * <p>A dpage's state is one word of {@code DpageStates}; the allocator's bit follows from it. take: allocator first, then
 * the word. give, put: the word first, then the allocator. So a dpage that the allocator calls free has no reference.
 *
 * <pre>
 * lock order:   Gate (shared: take, give, get, put;  alone: use, close, stop, memoryFailure, usage, exchange)
 *                 -> AllocatorChoice, BoundAllocator, DirtyMemory, KernelLog, a region's allocator (leaves)
 * </pre>
 *
 * Cleaning and listeners run outside the gate; waiting for an allocator does too.
 */
package org.dmemfs.core.pool;
