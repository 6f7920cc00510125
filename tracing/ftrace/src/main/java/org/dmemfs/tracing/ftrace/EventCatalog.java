package org.dmemfs.tracing.ftrace;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.dmemfs.tracing.Tracepoint;

/**
 * The events that were ever seen, numbered from 1 as ftrace numbers them. Nothing leaves: the ring may hold events of a
 * bundle that has gone, and must still be able to write them. An event that comes back keeps its number.
 */
final class EventCatalog {
    private final List<Event> events = new CopyOnWriteArrayList<>();

    /** What is needed to write an event after its tracepoint has gone. */
    record Event(int id, String system, String name, List<Tracepoint.Field> fields) {
        private boolean describes(Tracepoint tracepoint) {
            return system.equals(tracepoint.system()) && name.equals(tracepoint.name())
                    && fields.equals(tracepoint.fields());
        }
    }

    synchronized Event add(Tracepoint tracepoint) {
        for (Event event : events) {
            if (event.describes(tracepoint)) {
                return event;
            }
        }
        Event event = new Event(events.size() + 1, tracepoint.system(), tracepoint.name(), tracepoint.fields());
        events.add(event);
        return event;
    }

    Event withId(int id) {
        return events.get(id - 1);
    }
}
