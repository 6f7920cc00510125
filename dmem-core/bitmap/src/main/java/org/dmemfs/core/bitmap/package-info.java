/**
 * The allocator of the series: first fit over one bit per dpage, from the lowest place that can be free.
 *
 * <p>A bit is clear (free) or set (taken or disabled). take and disable set it, give clears it.
 *
 * <pre>
 * lock order:   BitmapAllocator (a monitor per region)  --  a leaf, nothing is called while it is held
 * </pre>
 */
package org.dmemfs.core.bitmap;
