package org.dmemfs.tracing.ftrace;

import java.util.List;
import java.util.Locale;
import org.dmemfs.tracing.Tracepoint;

/** How tracefs writes an event: its format file and its line in the trace. */
final class EventText {
    private static final int COMMON_BYTES = 8;

    private EventText() {
    }

    static String format(EventCatalog.Event event) {
        StringBuilder text = new StringBuilder();
        text.append("name: ").append(event.name()).append('\n');
        text.append("ID: ").append(event.id()).append('\n');
        text.append("format:\n");
        field(text, "unsigned short common_type", 0, 2, false);
        field(text, "unsigned char common_flags", 2, 1, false);
        field(text, "unsigned char common_preempt_count", 3, 1, false);
        field(text, "int common_pid", 4, 4, true);
        text.append('\n');
        StringBuilder print = new StringBuilder();
        StringBuilder arguments = new StringBuilder();
        for (int index = 0; index < event.fields().size(); index++) {
            Tracepoint.Field field = event.fields().get(index);
            boolean signed = field.format() == Tracepoint.Format.DECIMAL;
            field(text, (signed ? "long " : "unsigned long ") + field.name(), COMMON_BYTES + index * Long.BYTES,
                    Long.BYTES, signed);
            print.append(index == 0 ? "" : " ").append(field.name()).append(signed ? "=%ld" : "=0x%lx");
            arguments.append(", REC->").append(field.name());
        }
        return text.append("\nprint fmt: \"").append(print).append('"').append(arguments).append('\n').toString();
    }

    /** Without the CPU that ftrace shows: a JVM does not know where its threads run. */
    static String line(EventCatalog.Event event, TraceRing.Entry entry) {
        long microseconds = entry.nanoseconds() / 1000;
        StringBuilder text = new StringBuilder(String.format(Locale.ROOT, "%16s-%-7d %6d.%06d: %s:", "<...>",
                entry.thread(), microseconds / 1_000_000, microseconds % 1_000_000, event.name()));
        List<Long> values = List.of(entry.first(), entry.second(), entry.third(), entry.fourth());
        for (int index = 0; index < event.fields().size(); index++) {
            Tracepoint.Field field = event.fields().get(index);
            text.append(' ').append(field.name()).append('=')
                    .append(field.format() == Tracepoint.Format.DECIMAL
                            ? Long.toString(values.get(index))
                            : "0x" + Long.toHexString(values.get(index)));
        }
        return text.append('\n').toString();
    }

    private static void field(StringBuilder text, String declaration, int offset, int bytes, boolean signed) {
        text.append("\tfield:").append(declaration).append(";\toffset:").append(offset).append(";\tsize:")
                .append(bytes).append(";\tsigned:").append(signed ? 1 : 0).append(";\n");
    }
}
