package org.dmemfs.fs.fs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** Who has a file's lock alone is alone, also while the first who shares it makes the stripes. */
class FileLockTest {
    private static final int THREADS = 4;
    private static final int TURNS = 2_000;

    private final FileLock lock = new FileLock();
    private long first;
    private long second;

    @RepeatedTest(5)
    void noReaderSeesHalfOfWhatAWriterDoes() throws Exception {
        CountDownLatch begin = new CountDownLatch(1);
        List<Callable<Long>> work = new ArrayList<>();
        for (int thread = 0; thread < THREADS; thread++) {
            boolean writes = thread == 0;
            work.add(() -> {
                begin.await();
                return writes ? write() : read();
            });
        }
        try (ExecutorService pool = Executors.newFixedThreadPool(THREADS)) {
            List<Future<Long>> results = work.stream().map(pool::submit).toList();
            begin.countDown();
            for (Future<Long> result : results) {
                assertThat(result.get()).isZero();
            }
        }
        assertThat(first).isEqualTo(second).isEqualTo(TURNS);
    }

    private long write() {
        for (int turn = 0; turn < TURNS; turn++) {
            lock.writeLock();
            try {
                first++;
                second++;
            } finally {
                lock.unlockWrite();
            }
        }
        return 0;
    }

    private long read() {
        long halves = 0;
        for (int turn = 0; turn < TURNS; turn++) {
            long stamp = lock.readLock();
            try {
                halves += first == second ? 0 : 1;
            } finally {
                lock.unlockRead(stamp);
            }
        }
        return halves;
    }

    @Test
    void theFirstWhoSharesItWaitsForWhoHasItAlone() throws Exception {
        lock.writeLock();
        Thread reader = new Thread(() -> {
            long stamp = lock.readLock();
            second = first;
            lock.unlockRead(stamp);
        });
        reader.start();
        while (reader.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        first = 1;
        lock.unlockWrite();
        reader.join();
        assertThat(second).isEqualTo(1);
    }
}
