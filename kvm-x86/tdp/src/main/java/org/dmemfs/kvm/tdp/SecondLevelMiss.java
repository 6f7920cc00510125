package org.dmemfs.kvm.tdp;

import java.io.Serial;
import org.dmemfs.kvm.Exit;
import org.jspecify.annotations.Nullable;

/**
 * The guest cannot get the memory that it touched. One object a processor, used again, without a stack trace: it is how
 * the instruction under way ends, not an error.
 */
final class SecondLevelMiss extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    private transient @Nullable Exit exit;

    SecondLevelMiss() {
        super("second-level miss", null, false, false);
    }

    SecondLevelMiss as(@Nullable Exit reason) {
        exit = reason;
        return this;
    }

    /** Why, or null where the machine has ended. */
    @Nullable
    Exit exit() {
        return exit;
    }
}
