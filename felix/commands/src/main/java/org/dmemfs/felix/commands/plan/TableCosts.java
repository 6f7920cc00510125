package org.dmemfs.felix.commands.plan;

import java.util.List;
import java.util.Map;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.schemes.MetadataKind;

/** The page tables of guests' memory, with the entries that {@code compare} saw. */
record TableCosts(PageTables task, PageTables guest, PageTables device) {
    static TableCosts of(Executed executed, PageSize pageSize) {
        return new TableCosts(new PageTables(executed.taskEntry(pageSize)),
                new PageTables(executed.guestEntry(pageSize)), new PageTables(executed.deviceEntry(pageSize)));
    }

    long bytesOf(long guestBytes) {
        return task.bytesOf(guestBytes) + guest.bytesOf(guestBytes) + device.bytesOf(guestBytes);
    }

    List<Figure> figures(Map<Long, Integer> guestsBySize) {
        return List.of(
                new Figure(MetadataKind.TASK_TABLES.label(), task.bytesOf(guestsBySize), task.formula("a task")),
                new Figure(MetadataKind.GUEST_TABLES.label(), guest.bytesOf(guestsBySize), guest.formula("KVM")),
                new Figure(MetadataKind.IOMMU_TABLES.label(), device.bytesOf(guestsBySize), device.formula("VFIO")));
    }
}
