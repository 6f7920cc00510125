package org.dmemfs.mm.mm;

import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.mm.VmFlag;

/** {@code mprotect}, VMA by VMA in ascending order: what comes before the one that is refused stays changed. */
final class ProtectionChange {
    private static final long ACCESS = 1L << VmFlag.READ.bit() | 1L << VmFlag.WRITE.bit() | 1L << VmFlag.EXEC.bit();
    private static final int MAY_SHIFT = VmFlag.MAYREAD.bit() - VmFlag.READ.bit();

    private final MemoryDescriptor space;
    private final PageTable pageTable;
    private final TableMemory tables;

    ProtectionChange(MemoryDescriptor space) {
        this.space = space;
        this.pageTable = space.pageTable();
        this.tables = pageTable.memory();
    }

    void change(long start, long end, long accessBits, AreaSplit split) {
        Hooks hooks = space.platform().hooks().current();
        long address = start;
        while (address < end) {
            MappedArea area = space.vmas().find(address);
            if (area == null) {
                throw new ErrnoException(Errno.ENOMEM, "nothing is mapped at 0x%x".formatted(address));
            }
            long bits = area.flagBits() & ~ACCESS | accessBits;
            if ((accessBits & ~(area.flagBits() >>> MAY_SHIFT)) != 0) {
                throw new ErrnoException(Errno.EACCES,
                        "the mapping %s may not be given that access".formatted(area));
            }
            long areaEnd = Math.min(end, area.end());
            if (bits != area.flagBits()) {
                if (hooks.area().isDmem(area)) {
                    throw new ErrnoException(Errno.EINVAL,
                            "the protection of the dmem mapping %s cannot be changed".formatted(area));
                }
                split.isolate(address, areaEnd);
                apply(address, bits, split, hooks);
            }
            address = areaEnd;
        }
    }

    private void apply(long address, long bits, AreaSplit split, Hooks hooks) {
        MappedArea area = space.vmas().find(address);
        if (area == null) {
            return;
        }
        MappedArea changed = area.withFlagBits(bits);
        space.notifiers().begin(area.start(), area.end());
        split.replace(area, changed);
        walk(pageTable.top(), pageTable.topShift(), area.start(), area.end(), changed, hooks);
        space.processors().shootDown();
        space.notifiers().end(area.start(), area.end());
    }

    private void walk(long table, int shift, long start, long end, MappedArea area, Hooks hooks) {
        long span = 1L << shift;
        for (long address = start; address < end; address = (address & -span) + span) {
            long location = TableMemory.location(table, address, shift);
            long entry = tables.get(location);
            if (!Entries.isPresent(entry)) {
                continue;
            }
            if (shift == Entries.PTE_SHIFT) {
                protect(location, area);
            } else if (Entries.has(entry, Entries.HUGE)) {
                protectHuge(location, entry, shift, area, hooks);
            } else {
                walk(Entries.pfn(entry), shift - Entries.BITS_PER_LEVEL, address,
                        Math.min(end, (address & -span) + span), area, hooks);
            }
        }
    }

    /** {@code change_pmd_range}: an entry that it does not know as huge is a bad table to it (patch 23 keeps it off them). */
    private void protectHuge(long location, long entry, int shift, MappedArea area, Hooks hooks) {
        LevelHooks level = hooks.level(shift);
        if (level.isKnownHuge(entry) || level.protect().test(entry)) {
            protect(location, area);
        } else if (tables.compareAndSet(location, entry, 0)) {
            BadEntry.log(space.platform().log(), shift, location, entry);
            space.counters().mapped(shift, -1);
        }
    }

    private void protect(long location, MappedArea area) {
        long removed = Entries.PRESENT | Entries.USER | Entries.PROTNONE | Entries.NO_EXECUTE
                | (area.has(VmFlag.WRITE) ? 0 : Entries.WRITE);
        tables.change(location, removed, Entries.protection(area));
    }
}
