package org.dmemfs.mm.mm;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.dmemfs.reserve.MemoryMap;
import org.jspecify.annotations.Nullable;

/**
 * The way from a frame to the entries that may map it: {@code page->mapping} and {@code page->index}, a word for each frame of a
 * section of 128M, made when its first frame is mapped. What it says of a frame that is free, or of one that nobody maps any
 * more, is past: who follows it looks at the entries.
 */
final class ReverseMap {
    private static final int SECTION_SHIFT = 27 - Entries.PTE_SHIFT;
    private static final long FRAMES_PER_SECTION = 1L << SECTION_SHIFT;
    /** All pages below the task size of 5 levels. */
    private static final int OFFSET_BITS = 44;
    private static final long OFFSET_MASK = (1L << OFFSET_BITS) - 1;
    private static final int NUMBERS = 1 << Long.SIZE - OFFSET_BITS;
    private static final VarHandle WORD = ValueLayout.JAVA_LONG.varHandle();

    private final AtomicReferenceArray<MemorySegment> sections;
    private final List<@Nullable Mappers> numbered = new ArrayList<>();
    private final Deque<Integer> unused = new ArrayDeque<>();

    ReverseMap(MemoryMap memoryMap) {
        sections = new AtomicReferenceArray<>(
                (int) (memoryMap.endOfRam() >>> Entries.PTE_SHIFT >>> SECTION_SHIFT) + 1);
        numbered.add(null);
    }

    /** Frames that follow each other are about to be mapped as pages that do; false where no number is left for the mappers. */
    boolean set(long firstPfn, int frames, Mappers mappers, long firstPageOffset) {
        int number = mappers.number;
        if (number == 0) {
            number = enlist(mappers);
        }
        if (number == 0 || firstPageOffset + frames > OFFSET_MASK) {
            return false;
        }
        MemorySegment section = section(firstPfn);
        long word = (long) number << OFFSET_BITS | firstPageOffset;
        for (int frame = 0; frame < frames; frame++) {
            WORD.setRelease(section, offset(firstPfn + frame), word + frame);
        }
        return true;
    }

    /** {@code page->mapping = NULL}: the frame is free. */
    void clear(long pfn) {
        MemorySegment section = sections.getAcquire((int) (pfn >>> SECTION_SHIFT));
        if (section != null) {
            WORD.setRelease(section, offset(pfn), 0L);
        }
    }

    /** Who may map a frame, or null where it is no page of a mapping. */
    @Nullable
    Mappers mappers(long pfn) {
        int number = (int) (word(pfn) >>> OFFSET_BITS);
        synchronized (numbered) {
            return numbered.get(number);
        }
    }

    /** Which of their pages it is. */
    long pageOffset(long pfn) {
        return word(pfn) & OFFSET_MASK;
    }

    /** Gives the number of mappers back that have no VMA left. */
    void forgetIfEmpty(Mappers mappers) {
        if (mappers.number == 0 || !mappers.isEmpty()) {
            return;
        }
        synchronized (numbered) {
            int number = mappers.number;
            if (number != 0 && mappers.isEmpty()) {
                mappers.number = 0;
                numbered.set(number, null);
                unused.push(number);
            }
        }
    }

    private int enlist(Mappers mappers) {
        synchronized (numbered) {
            if (mappers.number == 0) {
                if (!unused.isEmpty()) {
                    int number = unused.pop();
                    numbered.set(number, mappers);
                    mappers.number = number;
                } else if (numbered.size() < NUMBERS) {
                    numbered.add(mappers);
                    mappers.number = numbered.size() - 1;
                }
            }
            return mappers.number;
        }
    }

    private long word(long pfn) {
        long index = pfn >>> SECTION_SHIFT;
        MemorySegment section = index < sections.length() ? sections.getAcquire((int) index) : null;
        return section == null ? 0 : (long) WORD.getAcquire(section, offset(pfn));
    }

    private MemorySegment section(long pfn) {
        int index = (int) (pfn >>> SECTION_SHIFT);
        MemorySegment section = sections.getAcquire(index);
        if (section == null) {
            MemorySegment made = Arena.ofAuto().allocate(FRAMES_PER_SECTION * Long.BYTES, Long.BYTES);
            section = sections.compareAndExchange(index, null, made);
            return section == null ? made : section;
        }
        return section;
    }

    private static long offset(long pfn) {
        return (pfn & FRAMES_PER_SECTION - 1) * Long.BYTES;
    }
}
