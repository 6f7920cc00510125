package org.dmemfs.tracing;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/**
 * The kernel log of one machine: what the kernel would print, kept for {@code dmesg}. The newest 4,096 lines are kept;
 * older ones are counted. Safe for any thread.
 */
@Component(service = KernelLog.class)
public final class KernelLog {
    private static final int CAPACITY = 4096;

    private final long bootNanoseconds = System.nanoTime();
    private final Deque<Line> lines = new ArrayDeque<>();
    private final List<Consumer<Line>> sinks = new CopyOnWriteArrayList<>();
    private long sequence;

    /** How urgent a line is, as the kernel's printk levels. */
    public enum Level {
        /** The system is usable, a task was killed: BUG and oops lines. */
        ALERT,
        /** An operation failed. */
        ERROR,
        /** Something that an administrator should look at, also WARN_ON. */
        WARNING,
        /** What happened. */
        INFO
    }

    /**
     * A line of the log.
     *
     * @param sequence counts from 0 without gaps
     * @param microseconds since the log was created
     * @param level how urgent
     * @param text one line without a line feed
     */
    public record Line(long sequence, long microseconds, Level level, String text) {
        @Override
        public String toString() {
            return "[%5d.%06d] %s".formatted(microseconds / 1_000_000, microseconds % 1_000_000, text);
        }
    }

    /** An empty log; time starts now. */
    @Activate
    public KernelLog() {
    }

    /**
     * Adds a line.
     *
     * @param level how urgent
     * @param text what the kernel would print; line feeds become spaces
     */
    public void print(Level level, String text) {
        Line line;
        synchronized (lines) {
            line = new Line(sequence++, (System.nanoTime() - bootNanoseconds) / 1000, level, text.replace('\n', ' '));
            if (lines.size() == CAPACITY) {
                lines.removeFirst();
            }
            lines.addLast(line);
        }
        sinks.forEach(sink -> sink.accept(line));
    }

    /**
     * Adds a line of level INFO.
     *
     * @param text what the kernel would print
     */
    public void info(String text) {
        print(Level.INFO, text);
    }

    /**
     * Adds a line of level WARNING.
     *
     * @param text what the kernel would print
     */
    public void warn(String text) {
        print(Level.WARNING, text);
    }

    /**
     * Adds a line of level ERROR.
     *
     * @param text what the kernel would print
     */
    public void error(String text) {
        print(Level.ERROR, text);
    }

    /**
     * The lines that are kept, oldest first.
     *
     * @return an immutable copy
     */
    public List<Line> lines() {
        synchronized (lines) {
            return List.copyOf(lines);
        }
    }

    /**
     * The number the next line will have: remember it to ask for what came since.
     *
     * @return the sequence number
     */
    public long nextSequence() {
        synchronized (lines) {
            return sequence;
        }
    }

    /**
     * The lines since a sequence number that are still kept, oldest first.
     *
     * @param from the first sequence number wanted
     * @return an immutable copy
     */
    public List<Line> since(long from) {
        synchronized (lines) {
            return lines.stream().filter(line -> line.sequence() >= from).toList();
        }
    }

    /**
     * Has every line from now on handed to a sink, in the thread that printed it.
     *
     * @param sink must not block
     */
    public void attach(Consumer<Line> sink) {
        sinks.add(sink);
    }

    /**
     * Ends what {@link #attach} began; no effect for a sink that is not attached.
     *
     * @param sink the sink
     */
    public void detach(Consumer<Line> sink) {
        sinks.remove(sink);
    }
}
