package org.dmemfs.fs.fs;

import java.util.List;
import org.dmemfs.tracing.Tracepoint;

/**
 * The two trace events of the series' {@code fs/dmemfs/trace.h}. {@code rentry} is the dpage's number; where v2 and v1
 * insert, it is what stood there before, normally 0.
 */
final class TreeTrace {
    private final Tracepoint insert = tracepoint("dmemfs_radix_tree_insert");
    private final Tracepoint delete = tracepoint("dmemfs_radix_tree_delete");

    void inserted(long index, long entry) {
        insert.emit(index, entry);
    }

    void deleted(long index, long entry) {
        delete.emit(index, entry);
    }

    List<Tracepoint> tracepoints() {
        return List.of(insert, delete);
    }

    private static Tracepoint tracepoint(String name) {
        return new Tracepoint("dmemfs", name, new Tracepoint.Field("index", Tracepoint.Format.DECIMAL),
                new Tracepoint.Field("rentry", Tracepoint.Format.HEXADECIMAL));
    }
}
