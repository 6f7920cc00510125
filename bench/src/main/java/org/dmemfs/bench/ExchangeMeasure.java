package org.dmemfs.bench;

import java.util.List;
import java.util.SplittableRandom;
import org.dmemfs.core.DmemPool;
import org.dmemfs.core.DpageRun;
import org.dmemfs.core.ExchangeCertificate;
import org.dmemfs.core.Holder;
import org.dmemfs.core.PoolUse;
import org.dmemfs.felix.launcher.FelixMachine;
import org.dmemfs.kernel.PageSize;

/**
 * How long nobody takes or gives while the allocator is exchanged: a pool of 320 GiB with every dpage taken, with every
 * other one given back at random, and with none. The peer is the exchange of the empty pool.
 */
final class ExchangeMeasure {
    private static final long REGION = 320L << 30;
    private static final int RUN = 512;
    private static final int TIMES = 10;
    private static final long SEED = 42;
    private static final double MILLISECOND = 1e6;
    private static final List<String> ALLOCATORS = List.of("bitmap", "llfree");

    RatioTable run() {
        RatioTable table = new RatioTable();
        for (PageSize pageSize : List.of(PageSize.SIZE_4K, PageSize.SIZE_2M)) {
            measure(table, pageSize);
        }
        return table;
    }

    private static void measure(RatioTable table, PageSize pageSize) {
        String group = "exchange of the allocator, 320 GiB in " + pageSize.label();
        Holder holder = new Holder("bench", "all");
        try (FelixMachine machine = Assembled.boot("1x384G", "dmem=" + (REGION >> 30) + "G:1G",
                ALLOCATORS.getFirst())) {
            DmemPool pool = machine.service(DmemPool.class);
            PoolUse use = pool.use(pageSize, "bench");
            exchange(table, group, pool, RatioTable.PEER);
            long first = takeAll(use, holder, pageSize);
            exchange(table, group, pool, "all taken");
            SplittableRandom random = new SplittableRandom(SEED);
            for (long dpage = 0; dpage < REGION / pageSize.bytes(); dpage++) {
                if (random.nextBoolean()) {
                    use.giveUnwritten(holder, first + dpage * pageSize.bytes());
                }
            }
            exchange(table, group, pool, "a random half taken");
        }
    }

    private static long takeAll(PoolUse use, Holder holder, PageSize pageSize) {
        long first = Long.MAX_VALUE;
        for (long left = REGION / pageSize.bytes(); left > 0;) {
            DpageRun run = use.takeOnNodes(holder, 0, null, (int) Math.min(left, RUN));
            first = Math.min(first, run.physicalAddress());
            left -= run.dpages();
        }
        return first;
    }

    private static void exchange(RatioTable table, String group, DmemPool pool, String who) {
        Median median = new Median(TIMES);
        long held = 0;
        for (int time = 0; time < TIMES; time++) {
            ExchangeCertificate certificate = pool.exchange(ALLOCATORS.get((time + 1) % ALLOCATORS.size()));
            if (!certificate.agrees()) {
                throw new IllegalStateException("the allocators do not agree: " + certificate);
            }
            held = certificate.dpagesHeld();
            median.add(certificate.pauseNanoseconds());
        }
        table.add(new RatioTable.Row(group, who, median.value() / MILLISECOND, "ms",
                "%,d dpages held; median, %s".formatted(held, median.range(MILLISECOND, "ms"))));
    }
}
