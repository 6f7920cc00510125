package org.dmemfs.reserve.hostram;

import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.linux.HostUserfault;
import org.dmemfs.reserve.HostRange;
import org.dmemfs.tracing.KernelLog;
import org.jspecify.annotations.Nullable;

/**
 * Has the host itself refuse frames that went bad, so that whatever maps them, a guest above all, meets a real error.
 * Where the host cannot do that, the model alone knows of them; so it does of huge pages, unless a bad frame shall cost a whole
 * one: the host has no mark for less.
 */
final class RealPoison {
    private final @Nullable HostUserfault userfault;
    private final boolean whole;
    private final KernelLog kernelLog;
    private volatile boolean refusedOnce;

    /** @param whole whether a bad frame may cost all of a huge page */
    RealPoison(@Nullable HostUserfault userfault, boolean whole, KernelLog kernelLog) {
        this.userfault = userfault;
        this.whole = whole;
        this.kernelLog = kernelLog;
    }

    /** What becomes of a bad frame of memory in pages of a size, for people. */
    String description(PageSize backing) {
        if (userfault == null) {
            return "bad frames are modelled, as this host has no userfaultfd that marks them";
        }
        if (backing == PageSize.SIZE_4K) {
            return "bad frames are real: accesses and guests meet the host's own error";
        }
        return whole
                ? "bad frames are real, each with its whole page of " + backing.label()
                        + ": accesses and guests meet the host's own error"
                : "bad frames are modelled, as the host would take the whole page of " + backing.label()
                        + " from its owner: with --poison whole it does";
    }

    /** How much the host takes with a bad frame of memory in pages of a size; 4K also where it takes nothing. */
    PageSize lost(PageSize backing) {
        return isReal(backing) ? backing : PageSize.SIZE_4K;
    }

    /** Whether the host marks bad frames of memory in pages of a size, and has refused none. */
    boolean isReal(PageSize backing) {
        return userfault != null && !refusedOnce && (whole || backing == PageSize.SIZE_4K);
    }

    void mark(HostRange frame) {
        PageSize backing = frame.memory().backing();
        HostUserfault facility = userfault;
        if (facility == null || !isReal(backing)) {
            return;
        }
        try {
            facility.poison(frame.memory(), frame.offsetBytes() & -backing.bytes());
        } catch (ErrnoException refused) {
            refusedOnce = true;
            kernelLog
                    .error("host memory: a bad frame stays modelled: " + refused.errno() + ", " + refused.getMessage());
        }
    }
}
