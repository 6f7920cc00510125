package org.dmemfs.reserve.memblock;

import java.util.ArrayList;
import java.util.List;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.Patch;
import org.jspecify.annotations.Nullable;

/**
 * Which {@code dmem=} of a command line is in force: the last good one, as a bad one leaves an earlier one in place.
 *
 * @param inForce null where the line has none
 * @param notices what the kernel prints while it reads them
 */
@Patch(v1 = 2, v2 = 2)
record DmemChoice(@Nullable DmemParameter inForce, List<String> notices) {
    /**
     * Reads them all.
     *
     * @throws ErrnoException EINVAL, the last one's, where there are only bad ones
     */
    static DmemChoice of(KernelCommandLine commandLine) {
        List<String> notices = new ArrayList<>();
        DmemParameter inForce = null;
        ErrnoException refusal = null;
        for (KernelCommandLine.Parameter parameter : commandLine.named("dmem").toList()) {
            try {
                inForce = DmemParameter.parse(parameter.value());
                notices.add("dmem: asked for is " + inForce);
            } catch (ErrnoException bad) {
                refusal = bad;
                notices.add("Malformed early option 'dmem': " + bad.getMessage());
            }
        }
        if (inForce == null && refusal != null) {
            throw refusal;
        }
        return new DmemChoice(inForce, List.copyOf(notices));
    }
}
