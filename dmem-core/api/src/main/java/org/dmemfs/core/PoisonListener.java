package org.dmemfs.core;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Hears of used dpages that go bad: the machine-check notifier chain (patch 32). Published as a service; the pool calls
 * every one, in service order, in the thread that reports the error and without any lock of the pool.
 */
@ConsumerType
public interface PoisonListener {
    /**
     * A frame of a used dpage went bad. Must not throw.
     *
     * @param event which, and how the error was met
     */
    void poisoned(PoisonEvent event);
}
