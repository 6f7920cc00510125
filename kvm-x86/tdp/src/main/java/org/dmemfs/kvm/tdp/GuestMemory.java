package org.dmemfs.kvm.tdp;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.reserve.PhysicalBytes;
import org.dmemfs.reserve.PoisonedFrames;

/**
 * What the instructions of one processor do to memory: every access through {@link Translation}, long runs a mapped piece
 * at a time. Used by one thread at a time, in the guest.
 */
final class GuestMemory {
    private static final long PAGE = 4096;
    private static final int SCRATCH = 1 << 16;

    private final Translation translation;
    private final PhysicalBytes bytes;
    private final PoisonedFrames poisoned;
    private final MemorySegment scratch = Arena.ofAuto().allocate(SCRATCH, Long.BYTES);
    private long patternInScratch;
    private long patternBytes;
    private long lastAddress;

    GuestMemory(Translation translation, PhysicalBytes bytes, PoisonedFrames poisoned) {
        this.translation = translation;
        this.bytes = bytes;
        this.poisoned = poisoned;
    }

    /** The guest virtual address of the access under way, or of the last one. */
    long lastAddress() {
        return lastAddress;
    }

    int loadByte(long address) {
        lastAddress = address;
        return bytes.loadByte(translation.load(address)) & 0xFF;
    }

    void storeByte(long address, long value) {
        lastAddress = address;
        bytes.storeByte(translation.store(address), (byte) value);
    }

    long load(long address, int size) {
        if ((address & PAGE - 1) <= PAGE - Long.BYTES) {
            lastAddress = address;
            long value = bytes.loadLong(translation.load(address));
            return size == Long.BYTES ? value : value & (1L << 8 * size) - 1;
        }
        long value = 0;
        for (int i = 0; i < size; i++) {
            value |= (long) loadByte(address + i) << 8 * i;
        }
        return value;
    }

    void store(long address, int size, long value) {
        if (size == Long.BYTES && (address & PAGE - 1) <= PAGE - Long.BYTES) {
            lastAddress = address;
            bytes.storeLong(translation.store(address), value);
            return;
        }
        // looked up before the first byte goes: a store that cannot be done has changed nothing
        probeStore(address, size);
        for (int i = 0; i < size; i++) {
            storeByte(address + i, value >>> 8 * i);
        }
    }

    /** Has the store of an instruction that first does something else looked up, so that it cannot miss later. */
    void probeStore(long address, int size) {
        int flushes;
        do {
            flushes = translation.flushes();
            lastAddress = address;
            translation.store(address);
            if ((address & PAGE - 1) > PAGE - size) {
                lastAddress = address + size - 1;
                translation.store(lastAddress);
            }
        } while (flushes != translation.flushes());
    }

    /**
     * Stores a value again and again, upwards, at most to the end of one mapped piece or the next bad frame.
     *
     * @return how many times it was stored, at least 1
     */
    long fill(long address, int size, long value, long count) {
        lastAddress = address;
        long physical = translation.store(address);
        long times = Math.min(count, good(physical, translation.endOf(address) - address) / size);
        if (times == 0) {
            store(address, size, value);
            return 1;
        }
        long pattern = repeated(value, size);
        if (pattern == repeated(pattern & 0xFF, 1)) {
            bytes.fill(physical, times * size, (byte) pattern);
            return times;
        }
        times = Math.min(times, SCRATCH / size);
        prepare(pattern, times * size);
        bytes.copyIn(scratch, 0, physical, times * size);
        return times;
    }

    /**
     * Copies upwards, at most to the end of a mapped piece on either side.
     *
     * @return how many units were copied, at least 1
     */
    long copy(long source, long target, int size, long count) {
        int flushes;
        long from;
        long end;
        long to;
        do {
            flushes = translation.flushes();
            lastAddress = source;
            from = translation.load(source);
            end = translation.endOf(source);
            lastAddress = target;
            to = translation.store(target);
        } while (flushes != translation.flushes());
        long limit = good(from, end - source);
        limit = Math.min(limit, good(to, translation.endOf(target) - target));
        // a target closely behind its source repeats the source, as the processor does unit by unit
        long apart = target - source;
        if (apart > 0) {
            limit = Math.min(limit, apart);
        }
        long times = Math.min(count, limit / size);
        if (times == 0) {
            store(target, size, load(source, size));
            return 1;
        }
        try {
            bytes.copy(from, to, times * size);
            return times;
        } catch (ErrnoException bad) {
            // a frame went bad just now: the unit that meets it says on which side
            store(target, size, load(source, size));
            return 1;
        }
    }

    /** How many of some bytes lie before the first bad frame. */
    private long good(long physical, long count) {
        long pfn = poisoned.firstIn(physical, count);
        return pfn < 0 ? count : Math.max(0, (pfn << 12) - physical);
    }

    private void prepare(long pattern, long length) {
        if (patternInScratch == pattern && patternBytes >= length) {
            return;
        }
        for (long at = 0; at < length; at += Long.BYTES) {
            scratch.set(ValueLayout.JAVA_LONG, at, pattern);
        }
        patternInScratch = pattern;
        patternBytes = length;
    }

    private static long repeated(long value, int size) {
        return switch (size) {
            case 1 -> (value & 0xFF) * 0x0101_0101_0101_0101L;
            case Integer.BYTES -> (value & 0xFFFF_FFFFL) * 0x1_0000_0001L;
            default -> value;
        };
    }
}
