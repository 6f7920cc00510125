package org.dmemfs.mm.mm;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.WeakReference;
import java.util.Arrays;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The processors that run an address space: each thread that touches it, with its {@link TranslationBuffer}. One number
 * counts the shoot-downs; a buffer that is filled under an older number answers nothing.
 */
final class Processors {
    private static final VarHandle GENERATION;

    static {
        try {
            GENERATION = MethodHandles.lookup().findVarHandle(Processors.class, "generation", long.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    /** By the low bits of the thread's number, to spare most calls the look into the thread's own map. */
    private static final int RECENT = 64;

    private final ThreadLocal<TranslationBuffer> current;
    private final @Nullable TranslationBuffer[] recent = new TranslationBuffer[RECENT];
    private final Object enlisting = new Object();
    @SuppressWarnings({"unused", "UnusedVariable"}) // through GENERATION
    private volatile long generation;
    private volatile Processor[] all = {};

    private record Processor(WeakReference<Thread> thread, TranslationBuffer buffer) {
        boolean isGone() {
            @Nullable
            Thread user = thread.get();
            return user == null || !user.isAlive();
        }
    }

    Processors(Supplier<PendingFault> faults) {
        generation = 1;
        current = ThreadLocal
                .withInitial(() -> enlist(new TranslationBuffer(faults.get(), Thread.currentThread().threadId())));
    }

    TranslationBuffer current() {
        long threadId = Thread.currentThread().threadId();
        // A race for a slot only costs a look into the map: whose a buffer is never changes.
        TranslationBuffer buffer = recent[(int) threadId & RECENT - 1];
        return buffer != null && buffer.threadId == threadId ? buffer : look(threadId);
    }

    private TranslationBuffer look(long threadId) {
        TranslationBuffer buffer = current.get();
        recent[(int) threadId & RECENT - 1] = buffer;
        return buffer;
    }

    long generation() {
        return (long) GENERATION.getAcquire(this);
    }

    /**
     * No buffer answers by an entry that went before this call, and no access that used one is under way when it returns.
     * The entries must have gone already.
     */
    void shootDown() {
        GENERATION.getAndAdd(this, 1L);
        quiesce();
    }

    /** Waits for the sections that are under way. */
    void quiesce() {
        for (Processor processor : all) {
            processor.buffer.awaitSection();
        }
    }

    private TranslationBuffer enlist(TranslationBuffer buffer) {
        synchronized (enlisting) {
            Processor[] alive = Arrays.stream(all).filter(processor -> !processor.isGone()).toArray(Processor[]::new);
            Processor[] more = Arrays.copyOf(alive, alive.length + 1);
            more[alive.length] = new Processor(new WeakReference<>(Thread.currentThread()), buffer);
            all = more;
        }
        return buffer;
    }
}
