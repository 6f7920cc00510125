package org.dmemfs.reserve;

import java.util.Comparator;
import java.util.List;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;

/** Which frames of a machine are what: sorted, disjoint ranges; everything between them is a hole. Immutable. */
public final class MemoryMap {
    private final List<MemoryRange> ranges;
    private final long[] starts;

    /**
     * A map of ranges.
     *
     * @param ranges in any order
     * @throws ErrnoException EINVAL where a range is empty or two overlap
     */
    public MemoryMap(List<MemoryRange> ranges) {
        this.ranges = ranges.stream().sorted(Comparator.comparingLong(MemoryRange::startPhysicalAddress)).toList();
        this.starts = this.ranges.stream().mapToLong(MemoryRange::startPhysicalAddress).toArray();
        MemoryRange last = null;
        for (MemoryRange range : this.ranges) {
            if (range.bytes() <= 0) {
                throw new ErrnoException(Errno.EINVAL, "the memory range " + range + " is empty");
            }
            if (last != null && last.endPhysicalAddress() > range.startPhysicalAddress()) {
                throw new ErrnoException(Errno.EINVAL, "the memory ranges " + last + " and " + range + " overlap");
            }
            last = range;
        }
    }

    /**
     * The ranges.
     *
     * @return ascending, disjoint
     */
    public List<MemoryRange> ranges() {
        return ranges;
    }

    /**
     * What a frame is.
     *
     * @param pfn any page frame number of 4K frames
     * @return its kind; HOLE where no range has the whole frame's first byte
     */
    public FrameKind kindOf(long pfn) {
        int index = indexOf(pfn << 12);
        return index < 0 ? FrameKind.HOLE : ranges.get(index).kind();
    }

    /**
     * The node of a frame.
     *
     * @param pfn any page frame number
     * @return the node id, or -1 where none is known
     */
    public int nodeOf(long pfn) {
        int index = indexOf(pfn << 12);
        return index < 0 ? -1 : ranges.get(index).node();
    }

    /**
     * The end of the highest RAM: one past the last byte of a RAM, DMEM or SET_ASIDE range.
     *
     * @return a physical address; 0 for a machine without RAM
     */
    public long endOfRam() {
        return ranges.stream().filter(MemoryMap::isRam).mapToLong(MemoryRange::endPhysicalAddress).max().orElse(0);
    }

    /**
     * How much there is of one kind.
     *
     * @param kind the kind
     * @return bytes
     */
    public long bytesOf(FrameKind kind) {
        return ranges.stream().filter(range -> range.kind() == kind).mapToLong(MemoryRange::bytes).sum();
    }

    private static boolean isRam(MemoryRange range) {
        return range.kind() != FrameKind.DEVICE && range.kind() != FrameKind.HOLE;
    }

    private int indexOf(long physicalAddress) {
        int low = 0;
        int high = starts.length - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            if (starts[middle] <= physicalAddress) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return high >= 0 && physicalAddress < ranges.get(high).endPhysicalAddress() ? high : -1;
    }
}
