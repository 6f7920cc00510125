package org.dmemfs.schemes;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.MemoryPolicy;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.reserve.NumaTopology;

/**
 * Memory whose ranges are chosen when a guest is given them, by address and not by policy: the carve-out of every scheme that
 * is a device file over memory which was set aside at boot. Safe for any thread.
 */
public final class ExtentCarveout implements Carveout {
    private final Rules rules;
    private final PageSize pageSize;
    private final ExtentStock stock;
    private final Map<Integer, Long> sellable;
    private final NumaTopology topology;
    private final GuestGrants<ExtentGrant> grants;

    /** What tells one scheme from another. */
    public interface Rules {
        /**
         * The scheme's name, for sentences.
         *
         * @return such as dev-mem-5.10
         */
        String name();

        /**
         * Whether a guest's memory must be one range.
         *
         * @return true where it must
         */
        boolean contiguous();

        /**
         * Makes the file of a guest.
         *
         * @param guest whose it is
         * @param extents its ranges
         * @param pageSize of its pages
         * @return a file that nobody has mapped
         */
        ExtentFile open(String guest, List<Extent> extents, PageSize pageSize);

        /**
         * A mapping has been made and nothing of it is touched yet.
         *
         * @param place where
         */
        default void mapped(GrantMappings.Place place) {
        }

        /**
         * What the carve-out costs.
         *
         * @param bytes all that is set aside
         * @param pageSize of its pages
         * @param extents how many ranges guests have now
         * @return one entry a kind
         */
        List<MetadataCost> metadata(long bytes, PageSize pageSize, int extents);

        /**
         * A guest's memory comes back and nobody has it mapped.
         *
         * @param file the guest's file
         * @throws ErrnoException EBUSY where somebody still holds pages of it
         */
        default void closing(ExtentFile file) {
        }

        /** The carve-out has ended. */
        void ended();
    }

    /**
     * Sets ranges aside.
     *
     * @param rules the scheme's
     * @param pageSize of the pages
     * @param extents what can be sold
     * @param topology the nodes
     */
    public ExtentCarveout(Rules rules, PageSize pageSize, Collection<Extent> extents, NumaTopology topology) {
        this.rules = rules;
        this.pageSize = pageSize;
        this.stock = new ExtentStock(extents, pageSize.bytes());
        this.sellable = stock.freeBytes();
        this.topology = topology;
        this.grants = new GuestGrants<>("the memory of " + rules.name(), pageSize, topology);
    }

    @Override
    public PageSize pageSize() {
        return pageSize;
    }

    @Override
    public Map<Integer, Long> sellableBytes() {
        return sellable;
    }

    @Override
    public Map<Integer, Long> freeBytes() {
        Map<Integer, Long> free = new TreeMap<>(sellable);
        free.replaceAll((node, bytes) -> stock.freeBytes().getOrDefault(node, 0L));
        return free;
    }

    /**
     * {@inheritDoc}
     *
     * @throws ErrnoException EINVAL, EEXIST, ENOMEM and ENODEV as {@link Carveout#give} says
     */
    @Override
    public synchronized GuestGrant give(String guest, long bytes, MemoryPolicy policy, int localNode) {
        long rounded = grants.admit(guest, bytes, localNode);
        List<Extent> extents = take(wish(policy, localNode), rounded);
        return grants.add(new ExtentGrant(guest, rules.open(guest, extents, pageSize), rules, this::takeBack));
    }

    private int wish(MemoryPolicy policy, int localNode) {
        return switch (policy.mode()) {
            case DEFAULT, LOCAL -> localNode;
            case PREFERRED -> policy.nodes().nth(0);
            case BIND, INTERLEAVE, WEIGHTED_INTERLEAVE -> throw new ErrnoException(Errno.EINVAL,
                    "%s places memory by address and knows no policy %s".formatted(rules.name(), policy.mode()));
        };
    }

    /** The wished node, then the others by their distance; of one node where it must be one range. */
    private List<Extent> take(int wish, long bytes) {
        List<Integer> nodes = Stream.concat(Stream.of(wish), sellable.keySet().stream().filter(node -> node != wish)
                .sorted(Comparator.comparingInt(node -> topology.distance(wish, node)))).toList();
        Optional<ErrnoException> first = Optional.empty();
        for (int node : nodes) {
            try {
                return stock.take(node, bytes, rules.contiguous());
            } catch (ErrnoException lacking) {
                first = first.or(() -> Optional.of(lacking));
            }
        }
        throw first.orElseThrow();
    }

    private void takeBack(ExtentGrant grant) {
        grants.remove(grant.guest());
        stock.give(grant.file().extents());
    }

    @Override
    public List<GuestGrant> grants() {
        return List.copyOf(grants.all());
    }

    /**
     * The files of the guests that live, for the scheme's own searches.
     *
     * @return in the order they were given
     */
    public List<ExtentFile> files() {
        return grants.all().stream().map(ExtentGrant::file).toList();
    }

    @Override
    public List<MetadataCost> metadata() {
        int extents = files().stream().mapToInt(file -> file.extents().size()).sum();
        return rules.metadata(sellable.values().stream().mapToLong(Long::longValue).sum(), pageSize, extents);
    }

    @Override
    public void close() {
        if (grants.close()) {
            rules.ended();
        }
    }
}
