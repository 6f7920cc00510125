package org.dmemfs.conformance;

import java.util.function.Consumer;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Uses a machine at random and holds it to its rules after every step: the ledger, the owners' bytes, the retired dpages.
 * A service. Safe for one thread at a time, on a machine that nobody else uses meanwhile; bad frames stay behind.
 */
@ProviderType
public interface Soak {
    /**
     * Goes on until the plan ends or a rule is broken, and takes down what it has built, unless a rule is broken.
     *
     * @param plan what to do
     * @param everySecond is told how far it is, about once a second, in the calling thread
     * @return what was done
     * @throws org.dmemfs.kernel.ErrnoException EBUSY where the pool is in use
     */
    SoakReport run(SoakPlan plan, Consumer<SoakReport> everySecond);
}
