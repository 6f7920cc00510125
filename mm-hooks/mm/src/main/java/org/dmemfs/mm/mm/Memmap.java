package org.dmemfs.mm.mm;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.BitSet;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.dmemfs.reserve.FrameKind;
import org.dmemfs.reserve.MemoryMap;
import org.dmemfs.reserve.MemoryRange;

/**
 * The {@code struct page}s: one reference count per frame of each section of 128M that has RAM of the kernel, made when a
 * section is first used. A frame outside has none, and whoever asks for it all the same has dereferenced memory that does
 * not exist: that is where the modelled oops comes from.
 */
final class Memmap {
    private static final int SECTION_SHIFT = 27 - Entries.PTE_SHIFT;
    private static final long FRAMES_PER_SECTION = 1L << SECTION_SHIFT;
    private static final long VMEMMAP_BASE = 0xffff_ea00_0000_0000L;
    private static final int BYTES_PER_PAGE = 64;
    private static final VarHandle COUNT = ValueLayout.JAVA_INT.varHandle();

    private final BitSet present = new BitSet();
    private final AtomicReferenceArray<MemorySegment> sections;

    Memmap(MemoryMap memoryMap) {
        for (MemoryRange range : memoryMap.ranges()) {
            if (range.kind() == FrameKind.RAM) {
                present.set((int) (range.startPhysicalAddress() >>> Entries.PTE_SHIFT >>> SECTION_SHIFT),
                        (int) (range.endPhysicalAddress() - 1 >>> Entries.PTE_SHIFT >>> SECTION_SHIFT) + 1);
            }
        }
        sections = new AtomicReferenceArray<>(present.length());
    }

    boolean isPresent(long pfn) {
        long section = pfn >>> SECTION_SHIFT;
        return section < sections.length() && present.get((int) section);
    }

    /** Where the {@code struct page} of a frame would be. */
    static long vmemmapAddress(long pfn) {
        return VMEMMAP_BASE + pfn * BYTES_PER_PAGE;
    }

    /**
     * Looks at the {@code struct page} of a frame.
     *
     * @throws KernelOops where there is none
     */
    void touch(long pfn, String function) {
        if (!isPresent(pfn)) {
            throw KernelOops.missingPage(pfn, function);
        }
    }

    int references(long pfn, String function) {
        return (int) COUNT.getAcquire(section(pfn, function), offset(pfn));
    }

    /** One more reference. */
    void get(long pfn, String function) {
        int _ = (int) COUNT.getAndAdd(section(pfn, function), offset(pfn), 1);
    }

    /** One reference less; true where it was the last. */
    boolean put(long pfn, String function) {
        return (int) COUNT.getAndAdd(section(pfn, function), offset(pfn), -1) == 1;
    }

    private MemorySegment section(long pfn, String function) {
        touch(pfn, function);
        int index = (int) (pfn >>> SECTION_SHIFT);
        MemorySegment section = sections.getAcquire(index);
        if (section == null) {
            MemorySegment made = Arena.ofAuto().allocate(FRAMES_PER_SECTION * Integer.BYTES, Integer.BYTES);
            section = sections.compareAndExchange(index, null, made);
            return section == null ? made : section;
        }
        return section;
    }

    private static long offset(long pfn) {
        return (pfn & FRAMES_PER_SECTION - 1) * Integer.BYTES;
    }
}
