package org.dmemfs.core.pool;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import org.dmemfs.core.DmemPool;
import org.dmemfs.core.ExchangeCertificate;
import org.dmemfs.core.HolderUsage;
import org.dmemfs.core.MemoryFailureFlag;
import org.dmemfs.core.NodeUsage;
import org.dmemfs.core.PoisonEvent;
import org.dmemfs.core.PoisonOutcome;
import org.dmemfs.core.PoolUsage;
import org.dmemfs.core.PoolUse;
import org.dmemfs.core.RegionAllocatorFactory;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.NodeMask;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.kernel.Patch;
import org.dmemfs.kernel.SeriesVersion;
import org.dmemfs.reserve.FrameKind;
import org.dmemfs.reserve.MemoryRange;
import org.dmemfs.reserve.PhysicalMemory;
import org.dmemfs.reserve.Reservation;
import org.dmemfs.tracing.KernelLog;
import org.jspecify.annotations.Nullable;

/**
 * The pool of one machine ({@code dmem_pool}): comes into use with its first user, cut into that user's page size, and
 * ends when the last user has closed and no reference is left.
 */
@Patch(v1 = 3, v2 = 3)
@Patch(v1 = 31, v2 = 31)
final class DirectMemoryPool implements DmemPool {
    private final RegisteredRegions registered;
    private final KernelLog log;
    private final SeriesVersion series;
    private final Gate gate = new Gate();
    private final DmemTracepoints trace = new DmemTracepoints();
    private final BadFrames badFrames;
    private final AllocatorChoice choice = new AllocatorChoice();
    private final BoundAllocator bound = new BoundAllocator();
    private final Exchange exchange;
    private final PoisonListeners listeners;
    private final DirtyMemory dirtyMemory;
    private final Placement placement;
    private final Carver carver;
    private final DpageTraffic traffic;
    private final DpageReferences references;
    private final List<OpenUse> uses = new ArrayList<>();
    private volatile PatchesOut patchesOut = PatchesOut.of();
    private volatile @Nullable Carving carving;
    private volatile boolean lingering;
    private volatile boolean stopped;

    DirectMemoryPool(Reservation reservation, PhysicalMemory memory, KernelLog log, SeriesVersion series) {
        this.log = log;
        this.series = series;
        this.dirtyMemory = new DirtyMemory(memory.bytes().written());
        this.registered = RegisteredRegions.of(reservation, log);
        this.listeners = new PoisonListeners(log);
        Oops oops = new Oops(log);
        this.badFrames = new BadFrames(memory.bytes().reported(), registered::contains);
        this.exchange = new Exchange(badFrames);
        memory.poisoned().all().stream().filter(registered::contains).forEach(badFrames::add);
        this.carver = new Carver(registered, badFrames, dirtyMemory, series, trace, oops,
                () -> this.patchesOut);
        FallbackOrder orders = FallbackOrder.of(reservation.topology(), registered.nodes(),
                nodesWithKernelMemory(reservation), series);
        this.placement = new Placement(reservation.topology().online());
        this.traffic = new DpageTraffic(gate, orders, placement, new Cleaning(memory), bound, series,
                registered.checked(), oops);
        this.references = new DpageReferences(gate, series, oops);
    }

    private static NodeMask nodesWithKernelMemory(Reservation reservation) {
        return NodeMask.of(reservation.memoryMap().ranges().stream()
                .filter(range -> range.kind() == FrameKind.RAM && range.node() >= 0).map(MemoryRange::node)
                .collect(Collectors.toSet()));
    }

    RegisteredRegions registered() {
        return registered;
    }

    DmemTracepoints trace() {
        return trace;
    }

    PoisonListeners listeners() {
        return listeners;
    }

    void weigh(InterleaveWeights weights) {
        placement.weigh(weights);
    }

    /** Patch 12 is out at once, 30 and 35 when the pool next comes into use: 35's counts are of one page size. */
    void takeOut(PatchesOut patches) {
        patchesOut = patches;
        placement.heed(!patches.has(12));
    }

    // ---- lifecycle ----

    @Override
    public PoolUse use(PageSize pageSize, String user) {
        trace.allocInit(pageSize.shift());
        return gate.alone(() -> {
            requireRunning();
            Carving current = carving;
            if (current != null && current.pageSize() != pageSize) {
                throw new ErrnoException(Errno.EBUSY, "the pool is cut into dpages of " + current.pageSize().label()
                        + " and cannot be used with " + pageSize.label() + " before " + occupants(current) + " end");
            }
            if (current == null) {
                current = carver.carve(pageSize, bound.factory());
                if (current.unalignedPages() > 0) {
                    log.warn("dmem: %d pages are unaligned and in no dpage of %s".formatted(current.unalignedPages(),
                            pageSize.label()));
                }
                carving = current;
            }
            lingering = false;
            OpenUse use = new OpenUse(this, traffic, current, user);
            uses.add(use);
            return use;
        });
    }

    private String occupants(Carving current) {
        return uses.isEmpty()
                ? current.holders().usages(current.withoutHolder()).stream()
                        .map(usage -> usage.holder() + " (" + usage.dpages() + ")").collect(Collectors.joining(", "))
                : uses.stream().map(OpenUse::user).collect(Collectors.joining(", "));
    }

    void close(OpenUse use) {
        gate.doAlone(() -> {
            if (use.end(Errno.EBADF)) {
                uses.remove(use);
                endIfUnused();
            }
        });
    }

    /**
     * Alone. 12.2.8: as posted, the last close drops the tables although a device may still have references; repaired, the
     * last of these ends the page size.
     */
    private void endIfUnused() {
        Carving current = carving;
        if (current == null || !uses.isEmpty()) {
            return;
        }
        long used = current.used();
        if (used > 0 && series == SeriesVersion.REPAIRED) {
            lingering = true;
            log.info("dmem: %d dpages of %s are referenced after the last use: the page size stays".formatted(used,
                    current.pageSize().label()));
            return;
        }
        if (used > 0) {
            log.warn("WARNING: dmem_alloc_uinit: %d dpages are still allocated".formatted(used));
        }
        drop(current);
    }

    /** A dpage was freed: after the last close it may have been the last. Not from within the gate. */
    void freed() {
        if (lingering) {
            gate.doAlone(this::endIfUnused);
        }
    }

    @Nullable
    Carving carving() {
        requireRunning();
        return carving;
    }

    private void drop(Carving current) {
        lingering = false;
        dirtyMemory.remember(current.lookup().regions(), current.pageSize());
        carving = null;
        current.close();
    }

    /** The machine ends: every handle answers ENODEV from now on. */
    void stop() {
        gate.doAlone(() -> {
            stopped = true;
            uses.forEach(use -> use.end(Errno.ENODEV));
            if (!uses.isEmpty()) {
                log.info("dmem: the pool stops under "
                        + uses.stream().map(OpenUse::user).collect(Collectors.joining(", ")));
            }
            uses.clear();
            bound.stop();
            Carving current = carving;
            if (current != null) {
                drop(current);
            }
        });
    }

    private void requireRunning() {
        if (stopped) {
            throw new ErrnoException(Errno.ENODEV, "the pool has been stopped");
        }
    }

    // ---- the allocator ----

    /** The allocator that the configuration names, or empty for the highest ranking. */
    void name(String allocator) {
        choice.name(allocator);
        serveBest(false);
    }

    void offer(RegionAllocatorFactory factory, Map<String, ?> properties) {
        choice.add(Ranked.of(factory, properties));
        serveBest(false);
    }

    void withdraw(RegionAllocatorFactory factory) {
        choice.remove(factory);
        serveBest(false);
    }

    @Override
    public ExchangeCertificate exchange(String allocator) {
        requireRunning();
        choice.require(allocator);
        return serveBest(true);
    }

    /** The choice is made alone, so that of two changes at one time the last one counts. */
    private ExchangeCertificate serveBest(boolean evenTheSame) {
        long begun = System.nanoTime();
        return gate.alone(() -> {
            RegionAllocatorFactory next = choice.best();
            boolean change = !Objects.equals(next, bound.factory()) && !stopped;
            ExchangeCertificate certificate = exchange.run(change || evenTheSame ? carving : null, bound.name(), next,
                    begun);
            if (change) {
                bound.serve(next);
                log.info("dmem: allocator %s serves, %s before: %d dpages held, paused for %d us".formatted(
                        certificate.to(), certificate.from(), certificate.dpagesHeld(),
                        certificate.pauseNanoseconds() / 1000));
            }
            return certificate;
        });
    }

    // ---- references ----

    @Override
    public boolean isDmem(long pfn) {
        return registered.contains(pfn);
    }

    @Override
    public Optional<PageSize> pageSize() {
        return Optional.ofNullable(carving).map(Carving::pageSize);
    }

    @Override
    public void get(long pfn) {
        references.get(this, pfn);
    }

    @Override
    public void put(long pfn) {
        references.put(this, pfn);
    }

    @Override
    public int references(long pfn) {
        return references.count(this, pfn);
    }

    // ---- memory failure ----

    @Override
    public PoisonOutcome memoryFailure(long pfn, Set<MemoryFailureFlag> flags) {
        if (!registered.contains(pfn)) {
            return PoisonOutcome.NOT_DMEM;
        }
        Poisoning poisoning = gate.alone(() -> {
            requireRunning();
            return Poisoning.of(pfn, badFrames, carving);
        });
        trace.memoryFailure(pfn, poisoning.outcome() == PoisonOutcome.USED_ANNOUNCED);
        if (poisoning.outcome() == PoisonOutcome.FREE_RETIRED) {
            log.info("dmem: the free dpage of pfn 0x%x is retired".formatted(pfn));
        }
        if (poisoning.outcome() == PoisonOutcome.USED_ANNOUNCED) {
            listeners.tell(new PoisonEvent(pfn, poisoning.dpagePhysicalAddress(), poisoning.dpageSize(), flags));
        }
        return poisoning.outcome();
    }

    @Override
    public List<Long> badFrames() {
        return badFrames.all();
    }

    // ---- what is counted ----

    @Override
    public PoolUsage usage() {
        return gate.alone(() -> {
            requireRunning();
            Carving current = carving;
            return new PoolUsage(pageSize(), uses.size(), registered.all().size(), registered.registeredPages(),
                    current == null ? 0 : current.unalignedPages(), bound.name(),
                    current == null ? unused() : current.usage());
        });
    }

    /** One number of the carving, 0 while there is none: without pausing anybody. */
    long read(ToLongFunction<Carving> value) {
        Lane lane = gate.enter();
        try {
            Carving current = carving;
            return current == null ? 0 : value.applyAsLong(current);
        } finally {
            lane.leave();
        }
    }

    private List<NodeUsage> unused() {
        return registered.nodes().nodes().stream().map(node -> new NodeUsage(node, 0, 0, 0, 0, 0, 0)).toList();
    }

    @Override
    public List<HolderUsage> holders() {
        return gate.alone(() -> {
            requireRunning();
            Carving current = carving;
            return current == null ? List.of() : current.holders().usages(current.withoutHolder());
        });
    }
}
