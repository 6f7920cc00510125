package org.dmemfs.schemes.hugetlb;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.mm.AddressSpaces;
import org.dmemfs.mm.FrameFailure;
import org.dmemfs.mm.HookSet;
import org.dmemfs.mm.PageFrames;
import org.dmemfs.reserve.PhysicalMemory;
import org.dmemfs.reserve.Reservation;
import org.dmemfs.schemes.BootRequest;
import org.dmemfs.schemes.Carveout;
import org.dmemfs.schemes.CurrentCarveout;
import org.dmemfs.schemes.MetadataCost;
import org.dmemfs.schemes.NodeRoom;
import org.dmemfs.schemes.Scheme;
import org.dmemfs.schemes.SchemeDescription;
import org.dmemfs.schemes.UnpatchedHooks;
import org.dmemfs.schemes.WholePages;
import org.jspecify.annotations.Nullable;

/** hugetlbfs of one kernel. */
sealed class HugetlbScheme implements Scheme, FrameFailure permits Hugetlb510, Hugetlb514, Hugetlb612 {
    private final Variant variant;
    private final AddressSpaces addressSpaces;
    private final PageFrames frames;
    private final PhysicalMemory memory;
    private final Reservation reservation;
    private final HookSet hooks = new UnpatchedHooks();
    private final CurrentCarveout<PoolCarveout> carveout;

    HugetlbScheme(Variant variant, AddressSpaces addressSpaces, PageFrames frames, PhysicalMemory memory,
            Reservation reservation) {
        this.variant = variant;
        this.addressSpaces = addressSpaces;
        this.frames = frames;
        this.memory = memory;
        this.reservation = reservation;
        this.carveout = new CurrentCarveout<>("hugetlb-" + variant.kernel());
    }

    /** Takes back what it has set aside. */
    final void end() {
        carveout.close();
    }

    @Override
    public SchemeDescription description() {
        List<String> published = new ArrayList<>();
        if (variant.vmemmap() != Vmemmap.WHOLE) {
            published.add("taking and giving back a huge page takes about twice as long while its vmemmap is thinned"
                    + " (the series' own cover)");
            published.add("at run time the whole memmap is there before it is given back, and giving pages back can"
                    + " fail for want of memory (the documentation of vm.hugetlb_optimize_vmemmap)");
        }
        return new SchemeDescription("hugetlb-" + variant.kernel(), "hugetlb", variant.kernel(), false,
                variant.machineSeries(), Set.of(PageSize.SIZE_2M, PageSize.SIZE_1G), List.of(), published);
    }

    @Override
    public List<String> bootWords(BootRequest request) {
        requireSize(request.pageSize());
        NodeRoom room = new NodeRoom(request.machine());
        request.bytesByNode().forEach((node, bytes) -> room.highest(node, bytes, request.pageSize()));
        List<String> words = new ArrayList<>();
        words.add("default_hugepagesz=" + request.pageSize().label());
        words.add("hugepagesz=" + request.pageSize().label());
        if (variant.countsByNode()) {
            words.add("hugepages=" + new TreeMap<>(request.bytesByNode()).entrySet().stream()
                    .map(node -> node.getKey() + ":" + node.getValue() / request.pageSize().bytes())
                    .collect(Collectors.joining(",")));
        } else {
            boolean everyNode = request.bytesByNode().keySet()
                    .equals(new HashSet<>(request.machine().topology().online().nodes()));
            if (!everyNode || new HashSet<>(request.bytesByNode().values()).size() != 1) {
                throw new ErrnoException(Errno.EINVAL, "hugepages= of Linux " + variant.kernel()
                        + " spreads one number evenly over all nodes: " + request.bytesByNode()
                        + " bytes by node cannot be said");
            }
            words.add("hugepages=" + request.bytes() / request.pageSize().bytes());
        }
        if (variant.vmemmap() != Vmemmap.WHOLE) {
            words.add("hugetlb_free_vmemmap=on");
        }
        return words;
    }

    @Override
    public Optional<HookSet> hooks() {
        return Optional.of(hooks);
    }

    @Override
    public Carveout setAside(PageSize pageSize, Map<Integer, Long> bytesByNode) {
        requireSize(pageSize);
        carveout.requireNone();
        HugePool pool = new HugePool(pageSize, frames, memory.bytes());
        Map<Integer, Long> wanted = new TreeMap<>(bytesByNode);
        if (wanted.isEmpty()) {
            // As much as leaves the kernel an eighth of each node.
            reservation.topology().online().nodes().forEach(node -> wanted.put(node,
                    frames.freeBytes(node, pageSize) / pageSize.bytes() * 7 / 8 * pageSize.bytes()));
        }
        WholePages.require(wanted, pageSize);
        try {
            wanted.forEach((node, bytes) -> pool.grow(node, bytes / pageSize.bytes()));
            return carveout.begin(
                    new PoolCarveout(pool, variant, addressSpaces, frames, reservation, carveout::ended));
        } catch (ErrnoException refused) {
            pool.drain();
            throw refused;
        }
    }

    @Override
    public List<MetadataCost> metadata(long bytes, PageSize pageSize) {
        requireSize(pageSize);
        WholePages.require(bytes, pageSize);
        return variant.vmemmap().of(bytes, pageSize);
    }

    private static void requireSize(PageSize pageSize) {
        if (pageSize == PageSize.SIZE_4K) {
            throw new ErrnoException(Errno.EINVAL, "hugetlbfs has no pages of 4K: accepted are 2M and 1G");
        }
    }

    @Override
    public @Nullable Outcome failed(long pfn) {
        return carveout.get().map(current -> current.failed(pfn)).orElse(null);
    }
}
