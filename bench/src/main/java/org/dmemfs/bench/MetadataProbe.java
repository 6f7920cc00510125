package org.dmemfs.bench;

import java.io.IOException;
import java.util.Set;
import javax.management.JMException;
import org.dmemfs.core.DmemPool;
import org.dmemfs.core.DpageRun;
import org.dmemfs.core.Holder;
import org.dmemfs.core.PoolUse;
import org.dmemfs.felix.launcher.FelixMachine;
import org.dmemfs.kernel.PageSize;

/**
 * A process of its own that uses a pool of 320 GiB and says what that cost it, a line per figure. Its words: the size of
 * the dpages, the allocator.
 */
final class MetadataProbe {
    private static final long REGION = 320L << 30;
    private static final int BAD_FRAMES = 1000;
    private static final int RUN = 512;

    private MetadataProbe() {
    }

    public static void main(String[] words) throws IOException, JMException {
        PageSize pageSize = PageSize.parse(words[0]);
        try (FelixMachine machine = Assembled.boot("1x384G", "dmem=" + (REGION >> 30) + "G:1G", words[1])) {
            DmemPool pool = machine.service(DmemPool.class);
            loadClasses(pool, pageSize);
            measure(pool, pageSize);
        }
    }

    /** The first of everything loads classes, which is not what is counted. */
    private static void loadClasses(DmemPool pool, PageSize pageSize) throws IOException, JMException {
        ProcessMoment.now();
        try (PoolUse use = pool.use(pageSize, "before")) {
            Holder holder = new Holder("bench", "before");
            use.giveUnwritten(holder, use.takeOnNodes(holder, 0, null, 1).physicalAddress());
        }
    }

    private static void measure(DmemPool pool, PageSize pageSize) throws IOException, JMException {
        ProcessMoment before = ProcessMoment.now();
        PoolUse use = pool.use(pageSize, "bench");
        ProcessMoment.now().print("empty", before);
        Holder holder = new Holder("bench", "all");
        long left = REGION / pageSize.bytes();
        long first = Long.MAX_VALUE;
        while (left > 0) {
            DpageRun run = use.takeOnNodes(holder, 0, null, (int) Math.min(left, RUN));
            first = Math.min(first, run.physicalAddress());
            left -= run.dpages();
        }
        ProcessMoment.now().print("full", before);
        for (int frame = 0; frame < BAD_FRAMES; frame++) {
            pool.memoryFailure((first + REGION / BAD_FRAMES * frame) >> 12, Set.of());
        }
        ProcessMoment.now().print("bad", before);
    }
}
