package org.dmemfs.fs.fs;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.dmemfs.core.DmemPool;
import org.dmemfs.core.DpageRun;
import org.dmemfs.core.ExchangeCertificate;
import org.dmemfs.core.Holder;
import org.dmemfs.core.HolderUsage;
import org.dmemfs.core.MemoryFailureFlag;
import org.dmemfs.core.NodeUsage;
import org.dmemfs.core.PoisonEvent;
import org.dmemfs.core.PoisonListener;
import org.dmemfs.core.PoisonOutcome;
import org.dmemfs.core.PoolUsage;
import org.dmemfs.core.PoolUse;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.MemoryPolicy;
import org.dmemfs.kernel.NodeMask;
import org.dmemfs.kernel.PageSize;
import org.jspecify.annotations.Nullable;

/** A pool of one node that hands out its lowest dpages first and knows who has which. */
final class CountingPool implements DmemPool {
    private final long dpages;
    private final TreeSet<Long> free = new TreeSet<>();
    private final Map<Long, Holder> used = new HashMap<>();
    private final TreeSet<Long> bad = new TreeSet<>();
    private final List<String> users = new ArrayList<>();
    private long retired;
    private long freeShown = -1;
    private @Nullable Runnable duringTake;
    private @Nullable PageSize pageSize;
    private @Nullable PoisonListener listener;

    /** Dpages are numbered from 1: 0 is never dmem. */
    CountingPool(long dpages) {
        this.dpages = dpages;
    }

    void listener(PoisonListener newListener) {
        listener = newListener;
    }

    /** Has something happen once, between the next take and its return. */
    void duringNextTake(Runnable event) {
        duringTake = event;
    }

    /** What the ledger shows as free from now on, as if others had given back and taken meanwhile. */
    void lieAboutFree(long dpagesShown) {
        freeShown = dpagesShown;
    }

    synchronized long free() {
        return free.size();
    }

    synchronized Map<Long, Holder> used() {
        return Map.copyOf(used);
    }

    synchronized long retired() {
        return retired;
    }

    @Override
    public synchronized PoolUse use(PageSize size, String user) {
        if (pageSize != null && pageSize != size) {
            throw new ErrnoException(Errno.EBUSY, "the pool is used at " + pageSize.label() + " by " + users);
        }
        if (pageSize == null) {
            pageSize = size;
            for (long dpage = 1; dpage <= dpages; dpage++) {
                free.add(dpage);
            }
        }
        users.add(user);
        return new Use(size, user);
    }

    @Override
    public PoisonOutcome memoryFailure(long pfn, Set<MemoryFailureFlag> flags) {
        PoisonEvent event;
        PoisonListener told;
        synchronized (this) {
            if (!bad.add(pfn)) {
                return PoisonOutcome.ALREADY_KNOWN;
            }
            PageSize size = pageSize().orElseThrow();
            long dpage = pfn / size.naturePages();
            if (free.remove(dpage)) {
                retired++;
                return PoisonOutcome.FREE_RETIRED;
            }
            event = new PoisonEvent(pfn, dpage << size.shift(), size, flags);
            told = listener;
        }
        if (told != null) {
            told.poisoned(event);
        }
        return PoisonOutcome.USED_ANNOUNCED;
    }

    @Override
    public synchronized List<Long> badFrames() {
        return List.copyOf(bad);
    }

    @Override
    public synchronized PoolUsage usage() {
        return new PoolUsage(pageSize(), users.size(), 1, 0, 0, "counting",
                List.of(new NodeUsage(0, dpages, freeShown < 0 ? free.size() : freeShown, used.size(), 0, retired, 0)));
    }

    @Override
    public synchronized List<HolderUsage> holders() {
        Map<Holder, Long> counts = new HashMap<>();
        used.values().forEach(holder -> counts.merge(holder, 1L, Long::sum));
        return counts.entrySet().stream().map(entry -> new HolderUsage(entry.getKey(), entry.getValue())).toList();
    }

    @Override
    public ExchangeCertificate exchange(String allocator) {
        throw new UnsupportedOperationException("no test of the file system exchanges allocators here");
    }

    @Override
    public boolean isDmem(long pfn) {
        return true;
    }

    @Override
    public synchronized Optional<PageSize> pageSize() {
        return Optional.ofNullable(pageSize);
    }

    @Override
    public void get(long pfn) {
        throw new UnsupportedOperationException("no test of the file system pins here");
    }

    @Override
    public void put(long pfn) {
        throw new UnsupportedOperationException("no test of the file system pins here");
    }

    @Override
    public synchronized int references(long pfn) {
        return used.containsKey(pfn / pageSize().orElseThrow().naturePages()) ? 1 : 0;
    }

    private final class Use implements PoolUse {
        private final PageSize size;
        private final String user;

        private Use(PageSize size, String user) {
            this.size = size;
            this.user = user;
        }

        @Override
        public PageSize pageSize() {
            return size;
        }

        @Override
        public long take(Holder holder, MemoryPolicy policy, long interleaveIndex, int localNode) {
            long taken = takeRun(holder, policy, interleaveIndex, localNode, 1).physicalAddress();
            Runnable event = duringTake;
            if (event != null) {
                duringTake = null;
                event.run();
            }
            return taken;
        }

        @Override
        public DpageRun takeRun(Holder holder, MemoryPolicy policy, long interleaveIndex, int localNode, int tryMax) {
            synchronized (CountingPool.this) {
                if (free.isEmpty()) {
                    throw new ErrnoException(Errno.ENOMEM, "node 0 has no free dpage of " + size.label()
                            + ": 1 wanted, 0 free, held by " + holders());
                }
                long first = free.first();
                int taken = 0;
                do {
                    free.remove(first + taken);
                    used.put(first + taken, holder);
                    taken++;
                } while (taken < tryMax && free.contains(first + taken));
                return new DpageRun(first << size.shift(), taken);
            }
        }

        @Override
        public DpageRun takeOnNodes(Holder holder, int node, @Nullable NodeMask allowed, int tryMax) {
            return takeRun(holder, MemoryPolicy.systemDefault(), 0, node, tryMax);
        }

        @Override
        public void give(Holder holder, long physicalAddress) {
            synchronized (CountingPool.this) {
                long dpage = physicalAddress >> size.shift();
                if (!holder.equals(used.get(dpage))) {
                    throw new ErrnoException(Errno.EINVAL, holder + " does not have dpage " + dpage);
                }
                used.remove(dpage);
                if (bad.subSet(dpage * size.naturePages(), (dpage + 1) * size.naturePages()).isEmpty()) {
                    free.add(dpage);
                } else {
                    retired++;
                }
            }
        }

        @Override
        public void giveUnwritten(Holder holder, long physicalAddress) {
            give(holder, physicalAddress);
        }

        @Override
        public void giveRun(Holder holder, DpageRun run) {
            for (int dpage = 0; dpage < run.dpages(); dpage++) {
                give(holder, run.physicalAddress() + ((long) dpage << size.shift()));
            }
        }

        @Override
        public void close() {
            synchronized (CountingPool.this) {
                if (users.remove(user) && users.isEmpty()) {
                    pageSize = null;
                    free.clear();
                }
            }
        }
    }
}
