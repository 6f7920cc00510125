package org.dmemfs.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.management.JMException;
import javax.management.ObjectName;
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
    private static final int COLLECTIONS = 100;
    /** What the JVM counts for memory that Java asks for outside the heap. */
    private static final Pattern OUTSIDE_HEAP = Pattern.compile(" Other \\(reserved=\\d+, committed=(\\d+)\\)");
    private static final Pattern RESIDENT = Pattern.compile("RssAnon:\\s+(\\d+) kB");

    /** What the process has at one moment. */
    private record Moment(long outsideHeap, long heap, long resident) {
        /** Once collecting does not change anything any more. */
        static Moment now() throws IOException, JMException {
            Moment moment = afterCollection();
            for (int collection = 0; collection < COLLECTIONS; collection++) {
                Moment next = afterCollection();
                if (next.heap >= moment.heap && next.outsideHeap == moment.outsideHeap) {
                    return next;
                }
                moment = next;
            }
            throw new IllegalStateException("the process does not come to rest");
        }

        private static Moment afterCollection() throws IOException, JMException {
            System.gc();
            String counted = (String) ManagementFactory.getPlatformMBeanServer().invoke(
                    new ObjectName("com.sun.management:type=DiagnosticCommand"), "vmNativeMemory",
                    new Object[]{new String[]{"summary", "scale=b"}}, new String[]{String[].class.getName()});
            return new Moment(number(OUTSIDE_HEAP, counted),
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
                    1024 * number(RESIDENT, Files.readString(Path.of("/proc/self/status"))));
        }

        private static long number(Pattern pattern, String text) {
            Matcher matcher = pattern.matcher(text);
            if (!matcher.find()) {
                throw new IllegalStateException(pattern + " is not in " + text);
            }
            return Long.parseLong(matcher.group(1));
        }

        void print(String when, Moment before) {
            System.out.printf("%s %d %d %d%n", when, outsideHeap - before.outsideHeap, heap - before.heap,
                    resident - before.resident);
        }
    }

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
        Moment.now();
        try (PoolUse use = pool.use(pageSize, "before")) {
            Holder holder = new Holder("bench", "before");
            use.giveUnwritten(holder, use.takeOnNodes(holder, 0, null, 1).physicalAddress());
        }
    }

    private static void measure(DmemPool pool, PageSize pageSize) throws IOException, JMException {
        Moment before = Moment.now();
        PoolUse use = pool.use(pageSize, "bench");
        Moment.now().print("empty", before);
        Holder holder = new Holder("bench", "all");
        long left = REGION / pageSize.bytes();
        long first = Long.MAX_VALUE;
        while (left > 0) {
            DpageRun run = use.takeOnNodes(holder, 0, null, (int) Math.min(left, RUN));
            first = Math.min(first, run.physicalAddress());
            left -= run.dpages();
        }
        Moment.now().print("full", before);
        for (int frame = 0; frame < BAD_FRAMES; frame++) {
            pool.memoryFailure((first + REGION / BAD_FRAMES * frame) >> 12, Set.of());
        }
        Moment.now().print("bad", before);
    }
}
