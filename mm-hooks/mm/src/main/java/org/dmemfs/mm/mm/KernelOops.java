package org.dmemfs.mm.mm;

import java.io.Serial;

/**
 * A modelled oops on its way out of the locks: where the kernel would have dereferenced a {@code struct page} that does not
 * exist, or would have stopped at a BUG. The boundary of the call turns it into kernel log lines and the death of the task.
 */
final class KernelOops extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final String function;

    private KernelOops(String line, String function) {
        super(line);
        this.function = function;
    }

    static KernelOops missingPage(long pfn, String function) {
        return new KernelOops("BUG: unable to handle page fault for address: %016x"
                .formatted(Memmap.vmemmapAddress(pfn)), function);
    }

    static KernelOops bug(String line, String function) {
        return new KernelOops(line, function);
    }

    String line() {
        return String.valueOf(getMessage());
    }

    String function() {
        return function;
    }
}
