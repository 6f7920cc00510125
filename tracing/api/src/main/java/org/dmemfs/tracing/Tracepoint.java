package org.dmemfs.tracing;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A trace event: its system, name and up to four fields, each a 64-bit number (patch 07). Without a sink, emitting is
 * a field read. Safe for any thread. Published as a service by the bundle that emits it.
 */
public final class Tracepoint {
    private final String system;
    private final String name;
    private final List<Field> fields;
    private volatile @Nullable Sink sink;

    /** How a field is written. */
    public enum Format {
        /** Signed decimal. */
        DECIMAL,
        /** Hexadecimal with a leading 0x. */
        HEXADECIMAL
    }

    /**
     * A field of an event.
     *
     * @param name as in the event's format file
     * @param format how its value is written
     */
    public record Field(String name, Format format) {
    }

    /** Receives events. */
    @ConsumerType
    public interface Sink {
        /**
         * An event happened, in the calling thread. Must not block, allocate or throw.
         *
         * @param tracepoint which
         * @param first value of the first field, like the others 0 where the event has no such field
         * @param second value of the second field
         * @param third value of the third field
         * @param fourth value of the fourth field
         */
        void event(Tracepoint tracepoint, long first, long second, long third, long fourth);
    }

    /**
     * A tracepoint without a sink.
     *
     * @param system the event's system, such as dmem
     * @param name the event's name
     * @param fields its fields, one to four
     */
    public Tracepoint(String system, String name, Field... fields) {
        this.system = system;
        this.name = name;
        this.fields = List.of(fields);
    }

    /**
     * The event's system.
     *
     * @return such as dmem
     */
    public String system() {
        return system;
    }

    /**
     * The event's name.
     *
     * @return such as dmem_alloc_init
     */
    public String name() {
        return name;
    }

    /**
     * The event's fields.
     *
     * @return one to four
     */
    public List<Field> fields() {
        return fields;
    }

    /**
     * Emits an event.
     *
     * @param first value of the first field
     */
    public void emit(long first) {
        emit(first, 0, 0, 0);
    }

    /**
     * Emits an event.
     *
     * @param first value of the first field
     * @param second value of the second field
     */
    public void emit(long first, long second) {
        emit(first, second, 0, 0);
    }

    /**
     * Emits an event.
     *
     * @param first value of the first field
     * @param second value of the second field
     * @param third value of the third field
     * @param fourth value of the fourth field
     */
    public void emit(long first, long second, long third, long fourth) {
        Sink current = sink;
        if (current != null) {
            current.event(this, first, second, third, fourth);
        }
    }

    /**
     * Has events handed to a sink from now on, in place of the one before.
     *
     * @param newSink the sink
     */
    public synchronized void attach(Sink newSink) {
        sink = newSink;
    }

    /**
     * Ends what {@link #attach} began. No effect where another sink has taken the place: a new collector is attached
     * before the old one is detached.
     *
     * @param oldSink the sink
     */
    @SuppressWarnings("ReferenceEquality") // the sink that was attached, not one that equals it
    public synchronized void detach(Sink oldSink) {
        if (sink == oldSink) {
            sink = null;
        }
    }
}
