package org.dmemfs.core.pool;

import java.util.List;
import org.dmemfs.tracing.Tracepoint;
import org.dmemfs.tracing.Tracepoint.Field;
import org.dmemfs.tracing.Tracepoint.Format;

/** The events of the system {@code dmem}, with the fields that the series gives them (facts 2.11). */
final class DmemTracepoints {
    private static final String SYSTEM = "dmem";

    private final Tracepoint allocInit = new Tracepoint(SYSTEM, "dmem_alloc_init", decimal("dpage_shift"));
    private final Tracepoint allocPagesNode = new Tracepoint(SYSTEM, "dmem_alloc_pages_node", hexadecimal("addr"),
            decimal("node"), decimal("try_max"), decimal("result_nr"));
    private final Tracepoint freePages = new Tracepoint(SYSTEM, "dmem_free_pages", hexadecimal("addr"),
            decimal("dpages_nr"));
    private final Tracepoint memoryFailure = new Tracepoint(SYSTEM, "dmem_memory_failure", hexadecimal("pfn"),
            decimal("used"));

    private static Field decimal(String name) {
        return new Field(name, Format.DECIMAL);
    }

    private static Field hexadecimal(String name) {
        return new Field(name, Format.HEXADECIMAL);
    }

    List<Tracepoint> all() {
        return List.of(allocInit, allocPagesNode, freePages, memoryFailure);
    }

    void allocInit(int dpageShift) {
        allocInit.emit(dpageShift);
    }

    void allocPagesNode(long physicalAddress, int node, int tryMax, int dpages) {
        allocPagesNode.emit(physicalAddress, node, tryMax, dpages);
    }

    void freePages(long physicalAddress, int dpages) {
        freePages.emit(physicalAddress, dpages);
    }

    void memoryFailure(long pfn, boolean used) {
        memoryFailure.emit(pfn, used ? 1 : 0);
    }
}
