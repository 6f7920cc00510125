package org.dmemfs.felix;

import java.nio.file.Path;
import org.osgi.annotation.versioning.ProviderType;

/** The machine that a framework is, and others beside it. A service of the launcher; safe for any thread. */
@ProviderType
public interface Machines {
    /**
     * The options of this framework's machine.
     *
     * @return also where it was only prepared
     */
    MachineOptions options();

    /**
     * Boots another machine from the same bundles in this JVM. It touches nothing of the caller's.
     *
     * @param options what it is made of
     * @return a booted machine, to be closed by the caller
     * @throws UsageException where the options cannot be had
     */
    Machine boot(MachineOptions options);

    /**
     * Makes this machine reachable under a name until it is closed.
     *
     * @param name letters, digits, dot, dash and underscore
     * @return where it can be reached
     * @throws UsageException where a machine of that name is up
     */
    StandingMachine stay(String name);

    /**
     * Ends this machine once the running command has answered, where it stays.
     *
     * @param name the name that it is meant to have
     * @return what ends
     * @throws UsageException where no machine of that name is up
     */
    StandingMachine leave(String name);

    /**
     * The version of the distribution.
     *
     * @return such as 1.0.0
     */
    String version();

    /**
     * The directory of the distribution.
     *
     * @return with bin, bundle and conf
     */
    Path home();
}
