package org.dmemfs.tracing.ftrace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** The ring under several writers and a reader: no event is torn, none is counted twice. */
class TraceRingTest {
    private static final int WRITERS = 4;
    private static final int EVENTS_PER_WRITER = 50_000;

    @Test
    void readerNeverSeesHalfAnEvent() throws Exception {
        TraceRing ring = new TraceRing(8, System.nanoTime());
        try (ExecutorService threads = Executors.newFixedThreadPool(WRITERS)) {
            CountDownLatch start = new CountDownLatch(1);
            List<Future<?>> writers = new ArrayList<>();
            for (int writer = 0; writer < WRITERS; writer++) {
                long stride = (writer + 1) * 1_000_000_000L;
                writers.add(threads.submit(() -> {
                    start.await();
                    for (long event = 0; event < EVENTS_PER_WRITER; event++) {
                        long value = stride + event;
                        ring.record(1, value, ~value, value * 3, value ^ 0x5555);
                    }
                    return null;
                }));
            }
            start.countDown();
            while (!writers.stream().allMatch(Future::isDone)) {
                assertWhole(ring.entries());
            }
            for (Future<?> writer : writers) {
                writer.get();
            }
        }

        assertWhole(ring.entries());
        assertThat(ring.written()).isEqualTo((long) WRITERS * EVENTS_PER_WRITER);
    }

    @Test
    void oneWriterDropsNothing() {
        TraceRing ring = new TraceRing(8, System.nanoTime());
        for (long event = 0; event < 1000; event++) {
            ring.record(1, event, 0, 0, 0);
        }

        assertThat(ring.dropped()).isZero();
        assertThat(ring.entries()).extracting(TraceRing.Entry::first).containsExactly(992L, 993L, 994L, 995L, 996L,
                997L, 998L, 999L);
    }

    private static void assertWhole(List<TraceRing.Entry> entries) {
        assertThat(entries).allSatisfy(entry -> {
            assertThat(entry.second()).isEqualTo(~entry.first());
            assertThat(entry.third()).isEqualTo(entry.first() * 3);
            assertThat(entry.fourth()).isEqualTo(entry.first() ^ 0x5555);
        });
        assertThat(entries).extracting(TraceRing.Entry::number).isSorted().doesNotHaveDuplicates();
    }
}
