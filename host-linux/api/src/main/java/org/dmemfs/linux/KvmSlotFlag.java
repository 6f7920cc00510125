package org.dmemfs.linux;

/** How a memory slot of a {@link KvmVirtualMachine} differs from plain memory. */
public enum KvmSlotFlag {
    /** The guest may only read; a store leaves the guest with {@link KvmExit.Mmio}. */
    READ_ONLY,
    /** The pages that the guest stores to are recorded for {@link KvmVirtualMachine#dirtyLog}. */
    LOG_DIRTY_PAGES
}
