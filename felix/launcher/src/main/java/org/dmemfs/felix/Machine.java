package org.dmemfs.felix;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;
import org.osgi.framework.BundleContext;

/** A booted machine: one framework. Safe for any thread. */
@ProviderType
public interface Machine extends AutoCloseable {
    /**
     * What it is made of.
     *
     * @return every option with its value
     */
    MachineOptions options();

    /**
     * The framework's own context.
     *
     * @return the system bundle's
     */
    BundleContext context();

    /**
     * A service of the machine.
     *
     * @param type its contract, loaded by the class loader of whoever asks
     * @param <S> its contract
     * @return the one that the framework prefers
     * @throws IllegalStateException where there is none
     */
    <S> S service(Class<S> type);

    /**
     * The components that are not satisfied, each with what it lacks.
     *
     * @return one line each; empty where everything runs
     */
    List<String> unsatisfied();

    /** Stops everything and removes what the framework kept on disk. Idempotent. */
    @Override
    void close();
}
