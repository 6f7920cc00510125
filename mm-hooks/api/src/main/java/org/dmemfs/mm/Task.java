package org.dmemfs.mm;

import java.util.List;
import org.dmemfs.kernel.MemoryPolicy;
import org.osgi.annotation.versioning.ProviderType;

/** A task of the model: a name, a node, one address space, the signals it got. Safe for any thread. */
@ProviderType
public interface Task extends AutoCloseable {
    /**
     * Its number.
     *
     * @return positive, unique on the machine
     */
    int pid();

    /**
     * Its name ({@code comm}).
     *
     * @return as given at creation
     */
    String name();

    /**
     * The node that its processor belongs to.
     *
     * @return a node id
     */
    int node();

    /**
     * Its memory.
     *
     * @return one address space for its life
     */
    AddressSpace addressSpace();

    /**
     * Its memory policy.
     *
     * @return the policy of VMAs that have none of their own
     */
    MemoryPolicy policy();

    /**
     * {@code set_mempolicy}.
     *
     * @param policy the policy from now on
     */
    void setMempolicy(MemoryPolicy policy);

    /**
     * Whether it asked to hear of memory errors early ({@code PF_MCE_EARLY}).
     *
     * @return false at first
     */
    boolean machineCheckEarly();

    /**
     * {@code prctl(PR_MCE_KILL)}.
     *
     * @param early whether to hear of memory errors before touching them
     */
    void prctlMachineCheckEarly(boolean early);

    /**
     * Sends it a signal.
     *
     * @param signal the signal
     */
    void deliver(BusSignal signal);

    /**
     * The signals that it got, oldest first.
     *
     * @return an immutable copy
     */
    List<BusSignal> signals();

    /**
     * Whether it lives.
     *
     * @return false after {@link #close} or a modelled oops
     */
    boolean alive();

    /** Exits: every mapping goes. Idempotent. */
    @Override
    void close();
}
