package org.dmemfs.reserve.hostram;

import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.linux.HostUserfault;
import org.dmemfs.reserve.HostRange;
import org.dmemfs.tracing.KernelLog;
import org.jspecify.annotations.Nullable;

/**
 * Has the host itself refuse frames that went bad, so that whatever maps them, a guest above all, meets a real error.
 * Where the host cannot do that, the model alone knows of them.
 */
final class RealPoison {
    private final @Nullable HostUserfault userfault;
    private final KernelLog kernelLog;

    RealPoison(@Nullable HostUserfault userfault, KernelLog kernelLog) {
        this.userfault = userfault;
        this.kernelLog = kernelLog;
    }

    /** What becomes of a bad frame of memory in pages of a size, for people. */
    String description(PageSize backing) {
        if (userfault == null) {
            return "bad frames are modelled, as this host has no userfaultfd that marks them";
        }
        return backing == PageSize.SIZE_4K
                ? "bad frames are real: accesses and guests meet the host's own error"
                : "bad frames are modelled, as the host would take the whole page of " + backing.label()
                        + " from its owner";
    }

    void mark(HostRange frame) {
        if (userfault == null || frame.memory().backing() != PageSize.SIZE_4K) {
            return;
        }
        try {
            userfault.poison(frame.memory(), frame.offsetBytes());
        } catch (ErrnoException refused) {
            kernelLog
                    .error("host memory: a bad frame stays modelled: " + refused.errno() + ", " + refused.getMessage());
        }
    }
}
