package org.dmemfs.reserve.hostram;

import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.MemorySize;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.linux.HostMemory;
import org.dmemfs.linux.SharedMemory;
import org.dmemfs.reserve.DirectMap;
import org.dmemfs.reserve.HostRange;
import org.dmemfs.reserve.MemoryBacking;
import org.dmemfs.reserve.PhysicalBytes;
import org.dmemfs.reserve.PhysicalMemory;
import org.dmemfs.reserve.PoisonedFrames;
import org.dmemfs.reserve.Reservation;

/** RAM whose dmem regions are the host's own pages, every one taken before the object exists. */
public final class HostRam implements PhysicalMemory, AutoCloseable {
    private final HostMemory host;
    private final Reservation reservation;
    private final MemoryBacking backing;
    private final DirectMap directMap;
    private final RealPoison realPoison;

    private HostRam(HostMemory host, Reservation reservation, MemoryBacking backing, DirectMap directMap,
            RealPoison realPoison) {
        this.host = host;
        this.reservation = reservation;
        this.backing = backing;
        this.directMap = directMap;
        this.realPoison = realPoison;
    }

    /**
     * Regions of the host's pages of 4K.
     *
     * @throws ErrnoException ENOMEM where the host cannot spare them, with the bytes wanted and available
     */
    static HostRam memfd(HostMemory host, Reservation reservation, RealPoison realPoison) {
        return new HostRam(host, reservation, MemoryBacking.MEMFD, DirectMap.of(host, reservation, PageSize.SIZE_4K,
                bytes -> host.createPopulated("dmem", bytes)), realPoison);
    }

    /**
     * Regions of the host's huge pages. The host's pool is never resized: it is the administrator's.
     *
     * @throws ErrnoException EINVAL for pages of 4K or where a region is not whole pages, ENOMEM where the pool has too
     *         few free pages, with the count wanted and free and how to get them
     */
    static HostRam hugetlb(HostMemory host, Reservation reservation, PageSize pageSize, RealPoison realPoison) {
        if (pageSize == PageSize.SIZE_4K) {
            throw new ErrnoException(Errno.EINVAL, "hugetlb has no pages of 4K: accepted is 2M or 1G");
        }
        return new HostRam(host, reservation, MemoryBacking.HUGETLB,
                DirectMap.of(host, reservation, pageSize, bytes -> hugetlb(host, bytes, pageSize)), realPoison);
    }

    private static SharedMemory hugetlb(HostMemory host, long bytes, PageSize pageSize) {
        long wanted = bytes / pageSize.bytes();
        long free = host.freeHugePages(pageSize);
        if (free < wanted) {
            throw new ErrnoException(Errno.ENOMEM,
                    ("the dmem regions need %d huge pages of %s and the host has %d free:"
                            + " get them by echo %d > /sys/kernel/mm/hugepages/hugepages-%dkB/nr_hugepages as root")
                            .formatted(
                                    wanted, pageSize.label(), free, host.hugePages(pageSize) + wanted - free,
                                    pageSize.bytes() >> 10));
        }
        return host.createHugetlb("dmem", bytes, pageSize);
    }

    @Override
    public MemoryBacking backing() {
        return backing;
    }

    @Override
    public String description() {
        PageSize page = page();
        long pages = hostBytes() / page.bytes();
        String taken = "%s of dmem in %d %s of %s, taken from the host in full".formatted(
                MemorySize.format(hostBytes()), pages, pages == 1 ? "page" : "pages", page.label());
        if (reservation.regions().isEmpty()) {
            return "no dmem region, so nothing was taken from the host";
        }
        return page == PageSize.SIZE_4K
                ? taken
                : taken + "; its pool has %d, %d of them free".formatted(host.hugePages(page),
                        host.freeHugePages(page));
    }

    /** What becomes of its bad frames, for people. */
    String poisonDescription() {
        return realPoison.description(page());
    }

    @Override
    public boolean poisonIsReal() {
        return realPoison.isReal(page());
    }

    private PageSize page() {
        return directMap.dmemMemory().map(SharedMemory::backing).orElse(PageSize.SIZE_4K);
    }

    @Override
    public long hostBytes() {
        return directMap.hostBytes();
    }

    @Override
    public PhysicalBytes bytes() {
        return directMap.bytes();
    }

    @Override
    public HostRange hostRange(long pfn, long count) {
        return directMap.hostRange(pfn, count);
    }

    @Override
    public boolean poison(long pfn) {
        // The model first: whoever meets the host's error finds the frame among the bad ones.
        boolean first = directMap.poison(pfn);
        if (first) {
            directMap.dmemMemory().ifPresent(dmem -> {
                HostRange frame = directMap.hostRange(pfn, 1);
                // The kernel's own memory is left alone: words of it are changed by compare-and-set.
                if (frame.memory().equals(dmem)) {
                    long frames = realPoison.lost(dmem.backing()).naturePages();
                    for (long beside = pfn & -frames; beside < (pfn & -frames) + frames; beside++) {
                        directMap.poison(beside);
                    }
                    realPoison.mark(frame);
                }
            });
        }
        return first;
    }

    @Override
    public PoisonedFrames poisoned() {
        return directMap.poisoned();
    }

    @Override
    public void close() {
        directMap.close();
    }
}
