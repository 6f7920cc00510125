/**
 * The test kit of {@link org.dmemfs.core.RegionAllocator}: every provider of an allocator runs
 * {@link org.dmemfs.core.contract.RegionAllocatorContract}.
 */
package org.dmemfs.core.contract;
