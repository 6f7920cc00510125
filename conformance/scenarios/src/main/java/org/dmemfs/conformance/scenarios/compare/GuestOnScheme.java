package org.dmemfs.conformance.scenarios.compare;

import org.dmemfs.kernel.PageSize;
import org.dmemfs.mm.AddressSpace;
import org.dmemfs.mm.MemoryCalls;
import org.dmemfs.mm.Task;
import org.dmemfs.schemes.Carveout;
import org.dmemfs.schemes.GuestGrant;

/**
 * A VMM with a guest's memory mapped.
 *
 * @param machine what else the machine has
 * @param carveout where the memory is from
 * @param grant the guest's memory
 * @param task the VMM
 * @param start the first virtual address of the memory
 */
record GuestOnScheme(SchemeMachine machine, Carveout carveout, GuestGrant grant, Task task, long start) {
    static final long NATURE = PageSize.SIZE_4K.bytes();

    AddressSpace memory() {
        return task.addressSpace();
    }

    MemoryCalls calls() {
        return machine.systemCalls().of(task);
    }

    long bytes() {
        return grant.bytes();
    }

    long pageBytes() {
        return grant.pageSize().bytes();
    }

    /** The number of pages of the scheme that the guest has. */
    long pages() {
        return bytes() / pageBytes();
    }

    /** Stores a word into every page of it. */
    void touch() {
        for (long offset = 0; offset < bytes(); offset += pageBytes()) {
            memory().storeLong(start + offset, word(offset));
        }
    }

    static long word(long offset) {
        return 0x5AFE_0000_0000_0000L + offset;
    }

    /** Whether every page holds the word that {@link #touch} stored. */
    boolean holds(long from, long length, long firstOffset) {
        for (long offset = 0; offset < length; offset += pageBytes()) {
            if (memory().loadLong(from + offset) != word(firstOffset + offset)) {
                return false;
            }
        }
        return true;
    }
}
