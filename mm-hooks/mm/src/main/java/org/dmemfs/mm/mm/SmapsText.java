package org.dmemfs.mm.mm;

import java.util.Map;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.mm.VmFlag;
import org.dmemfs.mm.VmOperations;

/** {@code /proc/PID/smaps}. A bare mapping is a hole to the walk behind it: its Rss is 0 however much is mapped. */
final class SmapsText {
    private static final Map<VmFlag, String> MNEMONICS = Map.ofEntries(Map.entry(VmFlag.READ, "rd"),
            Map.entry(VmFlag.WRITE, "wr"), Map.entry(VmFlag.EXEC, "ex"), Map.entry(VmFlag.SHARED, "sh"),
            Map.entry(VmFlag.MAYREAD, "mr"), Map.entry(VmFlag.MAYWRITE, "mw"), Map.entry(VmFlag.MAYEXEC, "me"),
            Map.entry(VmFlag.PFNMAP, "pf"), Map.entry(VmFlag.LOCKED, "lo"), Map.entry(VmFlag.IO, "io"),
            Map.entry(VmFlag.DONTCOPY, "dc"), Map.entry(VmFlag.DONTEXPAND, "de"), Map.entry(VmFlag.DONTDUMP, "dd"),
            Map.entry(VmFlag.HUGEPAGE, "hg"),
            Map.entry(VmFlag.NOHUGEPAGE, "nh"),
            // The series adds no mnemonic for its bit 38; the table of show_smap_vma_flags (fs/proc/task_mmu.c, 5.10) is
            // filled with "??" for every bit that has none, and prints it for those that are set.
            Map.entry(VmFlag.DMEM, "??"));

    private static final long HUGE_BYTES = 1L << Entries.PMD_SHIFT;

    private final MemoryDescriptor space;

    SmapsText(MemoryDescriptor space) {
        this.space = space;
    }

    /** With the mmap lock held. */
    String text() {
        StringBuilder text = new StringBuilder();
        for (MappedArea area : space.vmas().list()) {
            append(text, area);
        }
        return text.toString();
    }

    private void append(StringBuilder text, MappedArea area) {
        text.append("%08x-%08x %s%s%s%s %08x 00:00 0%s%n".formatted(area.start(), area.end(),
                area.has(VmFlag.READ) ? "r" : "-", area.has(VmFlag.WRITE) ? "w" : "-",
                area.has(VmFlag.EXEC) ? "x" : "-", area.has(VmFlag.SHARED) ? "s" : "p",
                area.isAnonymous() ? 0 : area.pageOffset() << Entries.PTE_SHIFT,
                area.file().map(file -> " " + file.name()).orElse("")));
        VmOperations operations = area.operations();
        long pageKilobytes = (operations == null ? PageSize.SIZE_4K : operations.pageSize(area)).bytes() >> 10;
        long residentKilobytes = area.has(VmFlag.PFNMAP) ? 0 : resident(area) << Entries.PTE_SHIFT - 10;
        line(text, "Size", area.end() - area.start() >> 10);
        line(text, "KernelPageSize", pageKilobytes);
        line(text, "MMUPageSize", pageKilobytes);
        line(text, "Rss", residentKilobytes);
        line(text, "AnonHugePages", area.isAnonymous() ? hugeKilobytes(area) : 0);
        line(text, "Locked", area.has(VmFlag.LOCKED) ? residentKilobytes : 0);
        text.append("VmFlags:");
        for (VmFlag flag : VmFlag.values()) {
            if (area.has(flag)) {
                text.append(' ').append(MNEMONICS.get(flag));
            }
        }
        text.append(System.lineSeparator());
    }

    private static void line(StringBuilder text, String name, long kilobytes) {
        text.append("%-16s%8d kB%n".formatted(name + ":", kilobytes));
    }

    private long hugeKilobytes(MappedArea area) {
        WalkCursor cursor = space.processors().current().cursor;
        long pages = 0;
        for (long address = area.start() + HUGE_BYTES - 1 & -HUGE_BYTES; address < area.end(); address += HUGE_BYTES) {
            space.pageTable().walk(address, cursor);
            pages += cursor.shift == Entries.PMD_SHIFT && cursor.isMapped() ? 1 : 0;
        }
        return pages << Entries.PMD_SHIFT - 10;
    }

    private long resident(MappedArea area) {
        WalkCursor cursor = space.processors().current().cursor;
        long pages = 0;
        for (long address = area.start(); address < area.end();) {
            space.pageTable().walk(address, cursor);
            long span = 1L << cursor.shift;
            long next = Math.min(area.end(), (address & -span) + span);
            if (cursor.isMapped()) {
                pages += next - address >>> Entries.PTE_SHIFT;
            }
            address = next;
        }
        return pages;
    }
}
