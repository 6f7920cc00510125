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
import java.util.stream.Collectors;
import java.util.stream.Stream;
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

    private static final String TRACE = "trace";
    private static final String SET_EVENT = "set_event";
    private static final String ENABLE = "/enable";

    private final EventCatalog catalog = new EventCatalog();
    private final ConcurrentMap<Tracepoint, RingSink> sinks = new ConcurrentHashMap<>();
    private final long startNanoseconds = System.nanoTime();
    private volatile TraceRing ring;
    private volatile EventSelection selection;
    private volatile boolean patched = true;

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
     * @param configuration the ring's size, the events, and whether there are any
     */
    @Activate
    public Tracefs(CollectorConfiguration configuration) {
        this(configuration.entries(), configuration.events());
        patched = isPatched(configuration);
    }

    private static boolean isPatched(CollectorConfiguration configuration) {
        return Arrays.stream(configuration.without()).noneMatch(number -> number == 7);
    }

    Tracefs(int entries, String... events) {
        this.ring = new TraceRing(entries, startNanoseconds);
        this.selection = EventSelection.of(List.of(events));
    }

    /**
     * Another size: the trace begins anew. Other events: what was chosen since the start is forgotten.
     * Patch 07 taken out: no event is there.
     *
     * @param configuration the ring's size, the events, and whether there are any
     */
    @Modified
    void reconfigure(CollectorConfiguration configuration) {
        collect(isPatched(configuration));
        if (configuration.entries() != ring.capacity()) {
            ring = new TraceRing(configuration.entries(), startNanoseconds);
        }
        select(EventSelection.of(List.of(configuration.events())));
    }

    synchronized void collect(boolean events) {
        patched = events;
        sinks.forEach(this::attachIfChosen);
    }

    private void select(EventSelection newSelection) {
        selection = newSelection;
        sinks.forEach(this::attachIfChosen);
    }

    private void attachIfChosen(Tracepoint tracepoint, RingSink sink) {
        if (patched && isChosen(tracepoint)) {
            tracepoint.attach(sink);
        } else {
            tracepoint.detach(sink);
        }
    }

    /**
     * Collects an event from now on, where it is chosen.
     *
     * @param tracepoint the event
     */
    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    synchronized void addTracepoint(Tracepoint tracepoint) {
        RingSink sink = new RingSink(catalog.add(tracepoint).id());
        sinks.put(tracepoint, sink);
        attachIfChosen(tracepoint, sink);
    }

    /**
     * Ends collecting an event.
     *
     * @param tracepoint the event
     */
    synchronized void removeTracepoint(Tracepoint tracepoint) {
        RingSink sink = sinks.remove(tracepoint);
        if (sink != null) {
            tracepoint.detach(sink);
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
                    + ": there are trace, available_events, set_event and events/SYSTEM/EVENT/{enable,format,id}");
        }
        return file.get();
    }

    @Override
    public void write(String path, String text) {
        String value = text.strip();
        if (path.equals(TRACE) && value.isEmpty()) {
            ring = new TraceRing(ring.capacity(), startNanoseconds);
        } else if (path.equals(SET_EVENT)) {
            choose(value);
        } else if (path.endsWith(ENABLE) && tree().containsKey(path)) {
            enable(path, value);
        } else {
            PseudoFileSystem.super.write(path, text);
        }
    }

    private synchronized void choose(String words) {
        EventSelection chosen = words.isEmpty() ? EventSelection.of(List.of()) : selection;
        for (String word : words.isEmpty() ? new String[0] : words.split("\\s+")) {
            if (published().stream()
                    .noneMatch(event -> EventSelection.matches(word, event.system(), event.name()))) {
                throw new ErrnoException(Errno.EINVAL, "'" + word + "' names no event: accepted is SYSTEM:EVENT, a"
                        + " system or an event of available_events, with * for any letters and ! ahead to take it out");
            }
            chosen = chosen.with(word);
        }
        select(chosen);
    }

    private void enable(String path, String value) {
        String[] folders = path.split("/", -1);
        String event = folders[1] + ":" + folders[2];
        switch (value) {
            case "1" -> choose(event);
            case "0" -> choose("!" + event);
            default -> throw new ErrnoException(Errno.EINVAL, "'" + value + "' is no switch of " + event
                    + ": accepted is 0 or 1");
        }
    }

    private SortedMap<String, Supplier<String>> tree() {
        SortedMap<String, Supplier<String>> tree = new TreeMap<>();
        tree.put(TRACE, this::trace);
        tree.put("available_events", () -> lines(published().stream()));
        tree.put(SET_EVENT, () -> lines(published().stream().filter(this::isChosen)));
        for (Tracepoint tracepoint : published()) {
            EventCatalog.Event event = catalog.add(tracepoint);
            String folder = "events/" + event.system() + "/" + event.name();
            tree.put(folder + ENABLE, () -> isChosen(tracepoint) ? "1\n" : "0\n");
            tree.put(folder + "/format", () -> EventText.format(event));
            tree.put(folder + "/id", () -> event.id() + "\n");
        }
        return tree;
    }

    private Set<Tracepoint> published() {
        return patched ? sinks.keySet() : Set.of();
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

    private boolean isChosen(Tracepoint tracepoint) {
        return selection.chooses(tracepoint.system(), tracepoint.name());
    }

    private static String lines(Stream<Tracepoint> tracepoints) {
        return tracepoints.map(tracepoint -> tracepoint.system() + ":" + tracepoint.name() + "\n").distinct().sorted()
                .collect(Collectors.joining());
    }
}
