package org.dmemfs.mm.mm;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.BitSet;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.dmemfs.kernel.PageSize;
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

    private static final int UNIT_SHIFT = PageSize.SIZE_2M.shift() - Entries.PTE_SHIFT;

    /** Replaced as a whole: device memory gets and loses its {@code struct page}s while others look. */
    private volatile BitSet present = new BitSet();
    private volatile boolean devicePages;
    private final AtomicReferenceArray<MemorySegment> sections;
    /** The size of the compound page that each 2M of RAM is in, as its shift in frames; 0 where it is in none. */
    private final byte[] compounds;

    Memmap(MemoryMap memoryMap) {
        for (MemoryRange range : memoryMap.ranges()) {
            if (range.kind() == FrameKind.RAM) {
                present.set((int) (range.startPhysicalAddress() >>> Entries.PTE_SHIFT >>> SECTION_SHIFT),
                        (int) (range.endPhysicalAddress() - 1 >>> Entries.PTE_SHIFT >>> SECTION_SHIFT) + 1);
            }
        }
        long endPfn = memoryMap.endOfRam() + FRAMES_PER_SECTION * (1L << Entries.PTE_SHIFT) - 1 >>> Entries.PTE_SHIFT;
        sections = new AtomicReferenceArray<>(Math.max(present.length(), (int) (endPfn >>> SECTION_SHIFT)));
        compounds = new byte[(int) (endPfn >>> UNIT_SHIFT) + 1];
    }

    boolean isPresent(long pfn) {
        long section = pfn >>> SECTION_SHIFT;
        return section < sections.length() && present.get((int) section);
    }

    boolean hasDevicePages() {
        return devicePages;
    }

    /** Device memory gets {@code struct page}s, or loses them; whole sections are meant where a part is named. */
    synchronized void change(long startPfn, long endPfn, boolean there) {
        BitSet changed = (BitSet) present.clone();
        devicePages = true;
        changed.set((int) (startPfn >>> SECTION_SHIFT), (int) (endPfn - 1 >>> SECTION_SHIFT) + 1, there);
        present = changed;
    }

    /** {@code prep_compound_page}: the frames of a huge page count together, at the first; or each for itself again. */
    void compound(long pfn, PageSize size, boolean together) {
        int shift = size.shift() - Entries.PTE_SHIFT;
        if (shift >= UNIT_SHIFT) {
            Arrays.fill(compounds, (int) (pfn >>> UNIT_SHIFT), (int) (pfn + (1L << shift) >>> UNIT_SHIFT),
                    (byte) (together ? shift : 0));
        }
    }

    boolean isCompound(long pfn) {
        long unit = pfn >>> UNIT_SHIFT;
        return unit < compounds.length && compounds[(int) unit] != 0;
    }

    /** {@code compound_head}. */
    long head(long pfn) {
        return isCompound(pfn) ? pfn & -1L << compounds[(int) (pfn >>> UNIT_SHIFT)] : pfn;
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
        long head = head(pfn);
        return (int) COUNT.getAcquire(section(head, function), offset(head));
    }

    /** One more reference. */
    void get(long pfn, String function) {
        long head = head(pfn);
        int _ = (int) COUNT.getAndAdd(section(head, function), offset(head), 1);
    }

    /** One more reference on a page that has one: {@code get_page_unless_zero}. */
    boolean getUnlessZero(long pfn, String function) {
        long head = head(pfn);
        MemorySegment section = section(head, function);
        while (true) {
            int count = (int) COUNT.getAcquire(section, offset(head));
            if (count == 0) {
                return false;
            }
            if (COUNT.compareAndSet(section, offset(head), count, count + 1)) {
                return true;
            }
        }
    }

    /** One reference less; true where it was the last. */
    boolean put(long pfn, String function) {
        long head = head(pfn);
        return (int) COUNT.getAndAdd(section(head, function), offset(head), -1) == 1;
    }

    /** Forgets all references on a page. */
    void forget(long pfn, String function) {
        long head = head(pfn);
        COUNT.setRelease(section(head, function), offset(head), 0);
    }

    /** The first frame of a range that somebody refers to, or -1. */
    long firstReferenced(long startPfn, long endPfn) {
        for (long pfn = startPfn; pfn < endPfn; pfn++) {
            if (sections.getAcquire((int) (pfn >>> SECTION_SHIFT)) == null) {
                pfn |= FRAMES_PER_SECTION - 1;
            } else if (references(pfn, "page_count") != 0) {
                return pfn;
            }
        }
        return -1;
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
