package org.dmemfs.tracing.ftrace;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.Patch;
import org.dmemfs.tracing.PseudoFileSystem;
import org.dmemfs.tracing.Tracepoint;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.metatype.annotations.Designate;

/**
 * The tracefs tree of the trace events that are published, and the sink of each (patch 07). The names and fields are
 * the series'; the text of a field is {@code name=value}, which is ours.
 */
@Patch(v1 = 7, v2 = 7)
@Component(immediate = true, configurationPid = "org.dmemfs.tracing.ftrace", property = "mountPoint="
        + Tracefs.MOUNT_POINT)
@Designate(ocd = CollectorConfiguration.class)
public final class Tracefs implements PseudoFileSystem {
    static final String MOUNT_POINT = "/sys/kernel/tracing";

    private final EventCatalog catalog = new EventCatalog();
    private final ConcurrentMap<Tracepoint, RingSink> sinks = new ConcurrentHashMap<>();
    private final long startNanoseconds = System.nanoTime();
    private volatile TraceRing ring;
    private boolean collecting;

    /** Knows its event, so that recording looks nothing up. */
    private final class RingSink implements Tracepoint.Sink {
        private final int event;

        private RingSink(int event) {
            this.event = event;
        }

        @Override
        public void event(Tracepoint tracepoint, long first, long second, long third, long fourth) {
            ring.record(event, first, second, third, fourth);
        }
    }

    /**
     * An empty trace.
     *
     * @param configuration the ring's size, and whether there are events
     */
    @Activate
    public Tracefs(CollectorConfiguration configuration) {
        this(configuration.entries(), isPatched(configuration));
    }

    Tracefs(int entries, boolean patched) {
        this.ring = new TraceRing(entries, startNanoseconds);
        this.collecting = patched;
    }

    private static boolean isPatched(CollectorConfiguration configuration) {
        return Arrays.stream(configuration.without()).noneMatch(number -> number == 7);
    }

    /**
     * Another size: the trace begins anew, the events stay attached. Patch 07 taken out: no event is collected.
     *
     * @param configuration the ring's size, and whether there are events
     */
    @Modified
    void modified(CollectorConfiguration configuration) {
        collect(isPatched(configuration));
        if (configuration.entries() != ring.capacity()) {
            ring = new TraceRing(configuration.entries(), startNanoseconds);
        }
    }

    /**
     * Collects an event from now on.
     *
     * @param tracepoint the event
     */
    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addTracepoint(Tracepoint tracepoint) {
        RingSink sink = new RingSink(catalog.add(tracepoint).id());
        synchronized (sinks) {
            sinks.put(tracepoint, sink);
            if (collecting) {
                tracepoint.attach(sink);
            }
        }
    }

    void collect(boolean patched) {
        synchronized (sinks) {
            collecting = patched;
            sinks.forEach(patched ? Tracepoint::attach : Tracepoint::detach);
        }
    }

    private Set<Tracepoint> collected() {
        synchronized (sinks) {
            return collecting ? Set.copyOf(sinks.keySet()) : Set.of();
        }
    }

    /**
     * Ends collecting an event.
     *
     * @param tracepoint the event
     */
    void removeTracepoint(Tracepoint tracepoint) {
        synchronized (sinks) {
            RingSink sink = sinks.remove(tracepoint);
            if (sink != null) {
                tracepoint.detach(sink);
            }
        }
    }

    /** Lets go of every event; a collector that has already taken one over keeps it. */
    @Deactivate
    void detachAll() {
        List.copyOf(sinks.keySet()).forEach(this::removeTracepoint);
    }

    @Override
    public String mountPoint() {
        return MOUNT_POINT;
    }

    @Override
    public SortedSet<String> files() {
        return Collections.unmodifiableSortedSet(new TreeSet<>(tree().keySet()));
    }

    @Override
    public String read(String path) {
        Supplier<String> file = tree().get(path);
        if (file == null) {
            throw new ErrnoException(Errno.ENOENT, "there is no file " + MOUNT_POINT + "/" + path
                    + ": there are trace, available_events and events/SYSTEM/EVENT/{format,id}");
        }
        return file.get();
    }

    private SortedMap<String, Supplier<String>> tree() {
        SortedMap<String, Supplier<String>> tree = new TreeMap<>();
        tree.put("trace", this::trace);
        tree.put("available_events", this::availableEvents);
        for (Tracepoint tracepoint : collected()) {
            EventCatalog.Event event = catalog.add(tracepoint);
            String folder = "events/" + event.system() + "/" + event.name();
            tree.put(folder + "/format", () -> EventText.format(event));
            tree.put(folder + "/id", () -> event.id() + "\n");
        }
        return tree;
    }

    private String trace() {
        TraceRing current = ring;
        List<TraceRing.Entry> entries = current.entries();
        StringBuilder text = new StringBuilder("""
                # tracer: nop
                #
                # entries-in-buffer/entries-written: %d/%d   #dropped: %d
                #
                #           TASK-TID        TIMESTAMP  FUNCTION
                #              | |              |         |
                """.formatted(entries.size(), current.written(), current.dropped()));
        entries.forEach(entry -> text.append(EventText.line(catalog.withId(entry.event()), entry)));
        return text.toString();
    }

    private String availableEvents() {
        StringBuilder text = new StringBuilder();
        collected().stream().map(tracepoint -> tracepoint.system() + ":" + tracepoint.name()).distinct().sorted()
                .forEach(event -> text.append(event).append('\n'));
        return text.toString();
    }
}
