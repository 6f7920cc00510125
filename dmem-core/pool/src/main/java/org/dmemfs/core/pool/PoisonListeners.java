package org.dmemfs.core.pool;

import java.util.concurrent.ConcurrentSkipListSet;
import org.dmemfs.core.PoisonEvent;
import org.dmemfs.core.PoisonListener;
import org.dmemfs.kernel.Patch;
import org.dmemfs.tracing.KernelLog;

/** The machine-check notifier chain of the pool, called in service order and without any lock. */
@Patch(v1 = 32, v2 = 32)
final class PoisonListeners {
    private final ConcurrentSkipListSet<Ranked<PoisonListener>> listeners = new ConcurrentSkipListSet<>();
    private final KernelLog log;

    PoisonListeners(KernelLog log) {
        this.log = log;
    }

    void add(Ranked<PoisonListener> listener) {
        listeners.add(listener);
    }

    void remove(Ranked<PoisonListener> listener) {
        listeners.remove(listener);
    }

    void tell(PoisonEvent event) {
        for (Ranked<PoisonListener> listener : listeners) {
            tell(listener.service(), event);
        }
    }

    /** One that breaks its word must not keep the others from hearing of it. */
    @SuppressWarnings("IllegalCatch")
    private void tell(PoisonListener listener, PoisonEvent event) {
        try {
            listener.poisoned(event);
        } catch (RuntimeException broken) {
            log.error("dmem: a listener failed on pfn 0x%x: %s".formatted(event.pfn(), broken));
        }
    }
}
