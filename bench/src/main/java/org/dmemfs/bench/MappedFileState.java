package org.dmemfs.bench;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.linux.AddressWindow;
import org.dmemfs.mm.AddressSpace;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A file with every page there, mapped by a task and, the very same bytes, by the host. */
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init") // JMH sets up before it calls
public class MappedFileState {
    private final PageSize pageSize;
    private final long bytes;
    private FileMachine file;
    private AddressWindow window;
    private AddressSpace space;
    private MemorySegment plain;
    private long address;

    MappedFileState(PageSize pageSize, long bytes) {
        this.pageSize = pageSize;
        this.bytes = bytes;
    }

    /** Boots and maps. */
    @Setup
    public void boot() {
        file = FileMachine.of("1x10G", "6G:1G", pageSize, bytes).present();
        window = file.plain();
        space = file.space();
        plain = window.segment();
        address = file.map(space, 0, bytes);
        prepare();
    }

    /** What is done before the measure begins. */
    void prepare() {
    }

    /** Ends the machine. */
    @TearDown
    public void close() {
        window.close();
        file.close();
    }

    AddressSpace space() {
        return space;
    }

    MemorySegment plain() {
        return plain;
    }

    long address() {
        return address;
    }

    long bytes() {
        return bytes;
    }

    /** Touches one line of each page, through the task's mapping and the host's. */
    void touch(long step, long offset) {
        for (long at = offset; at < bytes; at += step) {
            if (space.loadLong(address + at) != plain.get(ValueLayout.JAVA_LONG, at)) {
                throw new IllegalStateException("the task and the host do not map the same bytes");
            }
        }
    }
}
