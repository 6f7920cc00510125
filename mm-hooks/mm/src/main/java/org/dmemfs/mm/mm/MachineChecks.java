package org.dmemfs.mm.mm;

import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.mm.BusSignal;
import org.dmemfs.mm.MachineCheckHandler;
import org.dmemfs.mm.SignalException;
import org.jspecify.annotations.Nullable;

/** What follows when an access meets a bad frame. */
final class MachineChecks {
    private volatile @Nullable MachineCheckHandler handler;

    void bind(MachineCheckHandler newHandler) {
        handler = newHandler;
    }

    @SuppressWarnings("ReferenceEquality") // the one that was bound; a new one may have taken its place already
    void unbind(MachineCheckHandler oldHandler) {
        if (handler == oldHandler) {
            handler = null;
        }
    }

    /** Refuses what only a kernel with {@code CONFIG_MEMORY_FAILURE} does. */
    void requireHandler() {
        if (handler == null) {
            throw new ErrnoException(Errno.EINVAL, "nobody handles machine checks on this machine");
        }
    }

    /** Called without locks, in the thread of the access. */
    SignalException raise(long pfn, ProcessTask task, long virtualAddress) {
        MachineCheckHandler current = handler;
        BusSignal signal;
        if (current == null) {
            signal = new BusSignal(BusSignal.Kind.BUS_MCEERR_AR, virtualAddress & -1L << Entries.PTE_SHIFT,
                    Entries.PTE_SHIFT);
            task.deliver(signal);
        } else {
            signal = current.machineCheck(pfn, task, virtualAddress);
        }
        return new SignalException(signal, "the memory at frame 0x%x has a hardware error".formatted(pfn));
    }
}
