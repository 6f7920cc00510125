/**
 * The contract of the pool: dpages of one size, taken by node and policy, counted by reference and by holder.
 *
 * <p>Consumers see {@link org.dmemfs.core.DmemPages} (is it dmem, get, put) and {@link org.dmemfs.core.DmemPool}; an
 * allocator is a {@link org.dmemfs.core.RegionAllocatorFactory}, and what must hear of a page going bad is a
 * {@link org.dmemfs.core.PoisonListener}.
 *
 * <p>A dpage is <em>free</em> (0 references, may be taken), <em>used</em> (at least 1 reference) or <em>retired</em> (it
 * has a bad 4K frame and no reference; never handed out again). take: free to used. The last give or put: used to free,
 * or to retired where a frame of it went bad meanwhile. memoryFailure: free to retired. At every moment
 * free + used + retired = total, per node.
 */
@Export
@Version("1.0.0")
package org.dmemfs.core;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
