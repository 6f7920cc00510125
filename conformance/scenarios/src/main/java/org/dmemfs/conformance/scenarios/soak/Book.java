package org.dmemfs.conformance.scenarios.soak;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.dmemfs.core.DmemPool;
import org.dmemfs.core.NodeUsage;
import org.dmemfs.core.PoolUsage;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.reserve.DmemRegion;

/**
 * The model's own ledger: every dpage that somebody keeps, and every frame that went bad. Safe for any thread: what is about
 * to be given back leaves it before, so that whoever gets it next is not early.
 */
final class Book {
    private final DmemPool pool;
    private final List<DmemRegion> regions;
    private final int shift;
    private final Map<Long, Dpage> kept = new TreeMap<>();
    private final Set<Long> badFrames = new HashSet<>();
    private final Set<Long> badDpages = new HashSet<>();
    private final Set<Long> outsideTotal = new HashSet<>();
    private int mounts;

    Book(DmemPool pool, List<DmemRegion> regions, PageSize pageSize) {
        this.pool = pool;
        this.regions = List.copyOf(regions);
        this.shift = pageSize.shift() - 12;
        pool.badFrames().forEach(this::noteBad);
    }

    int pagesPerDpage() {
        return 1 << shift;
    }

    synchronized void mounted() {
        if (mounts++ == 0 && kept.isEmpty()) {
            outsideTotal.clear();
            outsideTotal.addAll(badDpages);
        }
    }

    synchronized void unmounted() {
        mounts--;
    }

    synchronized boolean inUse() {
        return mounts > 0 || !kept.isEmpty();
    }

    synchronized List<Dpage> kept() {
        return List.copyOf(kept.values());
    }

    /** A file has a dpage that it did not have before. What the step stored there must have been noted by the caller. */
    synchronized Dpage appear(long pfn) {
        long number = pfn >> shift;
        BrokenRule.unless(!kept.containsKey(number), "pfn 0x%x was given to a second owner", pfn);
        BrokenRule.unless(!badDpages.contains(number), "pfn 0x%x is of a retired dpage and was given out again", pfn);
        BrokenRule.unless(regions.stream().anyMatch(region -> region.contains(pfn)), "pfn 0x%x is in no region", pfn);
        Dpage dpage = new Dpage(number << shift);
        kept.put(number, dpage);
        return dpage;
    }

    synchronized void leaveFile(Dpage dpage) {
        dpage.leaveFile();
        forget(dpage);
    }

    synchronized void removeDevice(Dpage dpage) {
        dpage.removeDevice();
        forget(dpage);
    }

    private void forget(Dpage dpage) {
        if (dpage.references() == 0) {
            kept.remove(dpage.firstPfn() >> shift);
        }
    }

    /** Whether a machine of this size can lose one more dpage and still be of use. */
    synchronized boolean canLoseMore() {
        long dpages = regions.stream().mapToLong(region -> region.bytes() >> 12 + shift).sum();
        return badDpages.size() < dpages / 4;
    }

    synchronized boolean isBad(long pfn) {
        return badFrames.contains(pfn);
    }

    synchronized boolean isRetired(long pfn) {
        return badDpages.contains(pfn >> shift) && !kept.containsKey(pfn >> shift);
    }

    synchronized boolean isKept(long pfn) {
        return kept.containsKey(pfn >> shift);
    }

    synchronized void noteBad(long pfn) {
        badFrames.add(pfn);
        badDpages.add(pfn >> shift);
        Dpage dpage = kept.get(pfn >> shift);
        if (dpage != null) {
            dpage.spoil((int) (pfn - dpage.firstPfn()));
        }
    }

    long free() {
        return pool.usage().nodes().stream().mapToLong(NodeUsage::free).sum();
    }

    /** A frame of a region, whoever has it. */
    long anyFrame(Random random) {
        DmemRegion region = regions.get(random.nextInt(regions.size()));
        return (region.startPhysicalAddress() >> 12) + random.nextLong(region.bytes() >> 12);
    }

    synchronized void checkLedger() {
        PoolUsage usage = pool.usage();
        if (!inUse()) {
            BrokenRule.unless(usage.pageSize().isEmpty(), "nothing is mounted or kept and the pool is in use: %s",
                    pool.holders());
            return;
        }
        for (NodeUsage node : usage.nodes()) {
            BrokenRule.unless(node.free() + node.used() + node.retired() == node.total(),
                    "the ledger does not add up: %s", node);
            long used = kept.keySet().stream().filter(number -> nodeOf(number) == node.node()).count();
            BrokenRule.unless(node.used() == used, "%s, but %d dpages are kept; holders: %s", node, used,
                    pool.holders());
            long retired = badDpages.stream().filter(number -> nodeOf(number) == node.node()
                    && !kept.containsKey(number) && !outsideTotal.contains(number)).count();
            BrokenRule.unless(node.retired() == retired, "%s, but %d dpages have gone bad and are kept by nobody", node,
                    retired);
            BrokenRule.unless(node.total() == totalOf(node.node()), "%s, but there are %d dpages", node,
                    totalOf(node.node()));
        }
    }

    void checkReferences(Dpage dpage) {
        int references = pool.references(dpage.firstPfn());
        BrokenRule.unless(references == dpage.references(), "pfn 0x%x has %d references instead of %d",
                dpage.firstPfn(), references, dpage.references());
    }

    void checkEverything(DpageBytes bytes) {
        for (Dpage dpage : kept()) {
            checkReferences(dpage);
            bytes.check(dpage);
        }
    }

    private int nodeOf(long number) {
        return regions.stream().filter(region -> region.contains(number << shift)).mapToInt(DmemRegion::node)
                .findFirst()
                .orElse(-1);
    }

    private long totalOf(int node) {
        return regions.stream().filter(region -> region.node() == node)
                .mapToLong(region -> region.bytes() >> 12 + shift).sum()
                - outsideTotal.stream().filter(number -> nodeOf(number) == node).count();
    }
}
