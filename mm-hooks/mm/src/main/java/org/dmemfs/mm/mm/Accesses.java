package org.dmemfs.mm.mm;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.mm.BusSignal;
import org.dmemfs.mm.SignalException;
import org.dmemfs.mm.VmOperations;
import org.dmemfs.reserve.PhysicalBytes;

/**
 * The task's own loads, stores and copies. A load that hits the buffer is checked afterwards: if entries went meanwhile,
 * what it read is dropped. Everything else moves its bytes within a section.
 */
final class Accesses {
    /** Of one section: who takes entries out waits for it, and a copy of less goes through the caches, which costs more. */
    private static final long COPY_BYTES = 8L << 20;
    private static final long USED_HUGE = Entries.PRESENT | Entries.HUGE | Entries.ACCESSED;
    private static final long STORED = Entries.WRITE | Entries.DIRTY;

    private final MemoryDescriptor space;
    private final Processors processors;
    private final PageTable pageTable;
    private final PhysicalBytes bytes;
    private final FaultPath faults;

    Accesses(MemoryDescriptor space, FaultPath faults) {
        this.space = space;
        this.processors = space.processors();
        this.pageTable = space.pageTable();
        this.bytes = space.platform().bytes();
        this.faults = faults;
    }

    long loadLong(long virtualAddress) {
        requireAligned(virtualAddress);
        TranslationBuffer buffer = processors.current();
        long generation = processors.generation();
        long physical = guess(buffer, virtualAddress, generation);
        if (physical != TranslationBuffer.MISS) {
            try {
                long value = bytes.loadLong(physical);
                VarHandle.loadLoadFence();
                if (processors.generation() == generation) {
                    return value;
                }
            } catch (ErrnoException bad) {
                return load(buffer, virtualAddress, Long.BYTES);
            }
        }
        return load(buffer, virtualAddress, Long.BYTES);
    }

    byte loadByte(long virtualAddress) {
        TranslationBuffer buffer = processors.current();
        long generation = processors.generation();
        long physical = guess(buffer, virtualAddress, generation);
        if (physical != TranslationBuffer.MISS) {
            try {
                byte value = bytes.loadByte(physical);
                VarHandle.loadLoadFence();
                if (processors.generation() == generation) {
                    return value;
                }
            } catch (ErrnoException bad) {
                return (byte) load(buffer, virtualAddress, Byte.BYTES);
            }
        }
        return (byte) load(buffer, virtualAddress, Byte.BYTES);
    }

    void storeLong(long virtualAddress, long value) {
        requireAligned(virtualAddress);
        store(virtualAddress, value, Long.BYTES);
    }

    void storeByte(long virtualAddress, byte value) {
        store(virtualAddress, value, Byte.BYTES);
    }

    /**
     * Where a load finds its bytes if the generation is still the same after it, or MISS: what the TLB knows, else the 2M entry
     * of a table that the processor knows.
     */
    private long guess(TranslationBuffer buffer, long virtualAddress, long generation) {
        long physical = buffer.readable(virtualAddress, generation);
        return physical != TranslationBuffer.MISS ? physical : guessHuge(buffer, virtualAddress, generation);
    }

    private long guessHuge(TranslationBuffer buffer, long virtualAddress, long generation) {
        long entry = pageTable.hugeEntry(virtualAddress, buffer.tables, generation);
        if ((entry & USED_HUGE) != USED_HUGE) {
            return TranslationBuffer.MISS;
        }
        long physical = Entries.physicalAddress(entry) | virtualAddress & (1L << Entries.PMD_SHIFT) - 1;
        buffer.fill(virtualAddress, physical & -1L << Entries.PTE_SHIFT, (entry & STORED) == STORED, generation);
        return physical;
    }

    private long load(TranslationBuffer buffer, long virtualAddress, int size) {
        while (true) {
            long physical = TranslationBuffer.MISS;
            ErrnoException failure = null;
            buffer.enter();
            try {
                physical = translate(buffer, virtualAddress, false);
                if (physical != TranslationBuffer.MISS) {
                    return size == Long.BYTES ? bytes.loadLong(physical) : bytes.loadByte(physical);
                }
            } catch (ErrnoException bad) {
                failure = bad;
            } finally {
                buffer.exit();
            }
            if (failure != null) {
                throw failed(failure, physical, virtualAddress);
            }
            fault(buffer, virtualAddress, false);
        }
    }

    private void store(long virtualAddress, long value, int size) {
        TranslationBuffer buffer = processors.current();
        while (true) {
            long physical = TranslationBuffer.MISS;
            ErrnoException failure = null;
            buffer.enter();
            try {
                physical = buffer.writable(virtualAddress, processors.generation());
                if (physical == TranslationBuffer.MISS) {
                    physical = translate(buffer, virtualAddress, true);
                }
                if (physical != TranslationBuffer.MISS) {
                    if (size == Long.BYTES) {
                        bytes.storeLong(physical, value);
                    } else {
                        bytes.storeByte(physical, (byte) value);
                    }
                    return;
                }
            } catch (ErrnoException bad) {
                failure = bad;
            } finally {
                buffer.exit();
            }
            if (failure != null) {
                throw failed(failure, physical, virtualAddress);
            }
            fault(buffer, virtualAddress, true);
        }
    }

    void copy(long firstAddress, MemorySegment segment, long firstOffset, long count, boolean write) {
        requireBuffer(segment, firstOffset, count, !write);
        TranslationBuffer buffer = processors.current();
        long address = firstAddress;
        long offset = firstOffset;
        long left = count;
        while (left > 0) {
            long moved = copySome(buffer, address, segment, offset, Math.min(left, COPY_BYTES), write);
            address += moved;
            offset += moved;
            left -= moved;
        }
    }

    /** Moves what neighbouring entries map to neighbouring frames; 0 where something else had to come first. */
    private long copySome(TranslationBuffer buffer, long address, MemorySegment segment, long offset, long atMost,
            boolean write) {
        long physical = TranslationBuffer.MISS;
        long run = 0;
        ErrnoException failure = null;
        buffer.enter();
        try {
            physical = translate(buffer, address, write);
            if (physical != TranslationBuffer.MISS) {
                run = Math.min(atMost, adjoining(buffer, address, physical, atMost, write));
                long bad = space.platform().poisoned().firstIn(physical, run);
                // What lies before the bad frame is moved; the access that meets it comes next.
                run = bad < 0 ? run : Math.max((bad << Entries.PTE_SHIFT) - physical, 1);
                if (write) {
                    bytes.copyIn(segment, offset, physical, run);
                } else {
                    bytes.copyOut(physical, segment, offset, run);
                }
                return run;
            }
        } catch (ErrnoException bad) {
            failure = bad;
        } finally {
            buffer.exit();
        }
        if (failure != null) {
            if (space.platform().poisoned().firstIn(physical, run) > physical >>> Entries.PTE_SHIFT) {
                // A frame further on went bad meanwhile: what lies before it is moved anew, then the access meets it.
                return 0;
            }
            throw failed(failure, physical, address);
        }
        fault(buffer, address, write);
        return 0;
    }

    /** The bytes from an address on, at least to the end of its entry, that lie side by side in memory. Within a section. */
    private long adjoining(TranslationBuffer buffer, long address, long physical, long enough, boolean write) {
        long run = toEndOfEntry(buffer, address);
        while (run < enough && translate(buffer, address + run, write) == physical + run) {
            run += toEndOfEntry(buffer, address + run);
        }
        return run;
    }

    private static long toEndOfEntry(TranslationBuffer buffer, long address) {
        long span = 1L << buffer.cursor.shift;
        return span - (address & span - 1);
    }

    /** What the hardware's walker does: follows the tables, and sets ACCESSED and DIRTY. Within a section. */
    private long translate(TranslationBuffer buffer, long virtualAddress, boolean write) {
        long generation = processors.generation();
        WalkCursor cursor = buffer.cursor;
        while (true) {
            pageTable.walk(virtualAddress, cursor, buffer.tables, generation);
            long entry = cursor.entry;
            if (!Entries.has(entry, Entries.PRESENT) || write && !Entries.has(entry, Entries.WRITE)) {
                return TranslationBuffer.MISS;
            }
            long used = Entries.ACCESSED | (write ? Entries.DIRTY : 0);
            if (pageTable.memory().addBits(cursor.location, entry, used)) {
                long physical = cursor.physicalAddress(virtualAddress);
                buffer.fill(virtualAddress, physical & -1L << Entries.PTE_SHIFT,
                        ((entry | used) & STORED) == STORED, generation);
                return physical;
            }
        }
    }

    private void fault(TranslationBuffer buffer, long virtualAddress, boolean write) {
        FaultOutcome outcome = faults.handle(buffer, virtualAddress, write);
        if (outcome == FaultOutcome.HANDLED) {
            return;
        }
        long page = virtualAddress & -1L << Entries.PTE_SHIFT;
        throw switch (outcome) {
            case NOT_MAPPED -> signal(BusSignal.Kind.SEGV_MAPERR, virtualAddress, 0, "nothing is mapped there");
            case NOT_ALLOWED -> signal(BusSignal.Kind.SEGV_ACCERR, virtualAddress, 0, "the mapping does not allow it");
            case BAD_PAGE -> signal(BusSignal.Kind.BUS_MCEERR_AR, page, Entries.PTE_SHIFT,
                    "the page has a hardware error");
            case BAD_LARGE_PAGE -> {
                int shift = pageShift(virtualAddress);
                yield signal(BusSignal.Kind.BUS_MCEERR_AR, virtualAddress & -1L << shift, shift,
                        "the page has a hardware error and is lost as a whole");
            }
            case OUT_OF_MEMORY -> space.task().killed(virtualAddress, "Out of memory: Killed process %d (%s)"
                    .formatted(space.task().pid(), space.task().name()));
            default -> signal(BusSignal.Kind.BUS_ADRERR, virtualAddress, 0, "nothing stands behind the mapping");
        };
    }

    /** {@code hstate_index_to_shift}: what the mapping's file calls its page. */
    private int pageShift(long virtualAddress) {
        MappedArea area = space.vmas().find(virtualAddress);
        VmOperations operations = area == null ? null : area.operations();
        return area == null || operations == null ? Entries.PTE_SHIFT : operations.pageSize(area).shift();
    }

    private SignalException signal(BusSignal.Kind kind, long virtualAddress, int leastSignificantBit, String why) {
        BusSignal signal = new BusSignal(kind, virtualAddress, leastSignificantBit);
        space.task().deliver(signal);
        return new SignalException(signal, why);
    }

    /** An access that the direct map refused. Outside the section: a handler may want to unmap. */
    private RuntimeException failed(ErrnoException failure, long physical, long virtualAddress) {
        return switch (failure.errno()) {
            case EHWPOISON -> space.platform().machineChecks().raise(physical >>> Entries.PTE_SHIFT, space.task(),
                    virtualAddress);
            case EFAULT -> signal(BusSignal.Kind.BUS_ADRERR, virtualAddress, 0, String.valueOf(failure.getMessage()));
            default -> failure;
        };
    }

    private static void requireAligned(long virtualAddress) {
        if ((virtualAddress & Long.BYTES - 1) != 0) {
            throw new ErrnoException(Errno.EINVAL, "the address 0x%x of 8 bytes is no multiple of 8"
                    .formatted(virtualAddress));
        }
    }

    static void requireBuffer(MemorySegment segment, long offset, long count, boolean written) {
        if (offset < 0 || count < 0 || offset > segment.byteSize() - count) {
            throw new ErrnoException(Errno.EFAULT, "%d bytes at offset %d do not lie within the buffer of %d"
                    .formatted(count, offset, segment.byteSize()));
        }
        if (!segment.isAccessibleBy(Thread.currentThread()) || !segment.scope().isAlive()
                || written && segment.isReadOnly()) {
            throw new ErrnoException(Errno.EFAULT, "the buffer cannot be used by this thread for this");
        }
    }
}
