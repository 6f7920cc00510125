package org.dmemfs.schemes;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;

/**
 * What a scheme has set aside on its machine: one carve-out at a time. Safe for any thread.
 *
 * @param <C> the scheme's kind of carve-out
 */
public final class CurrentCarveout<C extends Carveout> {
    private final String scheme;
    private final AtomicReference<C> current = new AtomicReference<>();

    /**
     * Of a scheme that has set nothing aside yet.
     *
     * @param scheme its name, for sentences
     */
    public CurrentCarveout(String scheme) {
        this.scheme = scheme;
    }

    /**
     * Before anything is taken for another one.
     *
     * @throws ErrnoException EBUSY where there is one
     */
    public void requireNone() {
        if (current.get() != null) {
            throw busy();
        }
    }

    /**
     * From now on this is it.
     *
     * @param made that nobody else knows yet
     * @return the same
     * @throws ErrnoException EBUSY where another one came first
     */
    public C begin(C made) {
        if (!current.compareAndSet(null, made)) {
            throw busy();
        }
        return made;
    }

    private ErrnoException busy() {
        return new ErrnoException(Errno.EBUSY, scheme + " has memory set aside on this machine already");
    }

    /**
     * The one that there is.
     *
     * @return empty where nothing is set aside
     */
    public Optional<C> get() {
        return Optional.ofNullable(current.get());
    }

    /** It has been taken back: the next one may come. */
    public void ended() {
        current.set(null);
    }

    /** Takes back what is set aside; does nothing where nothing is. */
    public void close() {
        get().ifPresent(Carveout::close);
    }
}
