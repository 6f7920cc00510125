package org.dmemfs.core.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.dmemfs.core.pool.TestMachine.FILE;
import static org.dmemfs.core.pool.TestMachine.G;
import static org.dmemfs.core.pool.TestMachine.M;
import static org.dmemfs.core.pool.TestMachine.refused;
import static org.dmemfs.core.pool.TestMachine.region;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongUnaryOperator;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.dmemfs.core.DpageRun;
import org.dmemfs.core.ExchangeCertificate;
import org.dmemfs.core.Holder;
import org.dmemfs.core.PoolUse;
import org.dmemfs.core.RegionAllocator;
import org.dmemfs.core.RegionAllocatorFactory;
import org.dmemfs.core.bitmap.BitmapAllocatorFactory;
import org.dmemfs.core.llfree.LlfreeAllocatorFactory;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.MemoryPolicy;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.kernel.SeriesVersion;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PoolExchangeTest {
    private static final MemoryPolicy LOCAL = MemoryPolicy.systemDefault();

    private static TestMachine withBoth() {
        TestMachine machine = TestMachine.with(SeriesVersion.REPAIRED, region(0, G, 128 * M),
                region(0, 2 * G, 128 * M));
        machine.pool.offer(new LlfreeAllocatorFactory(), Map.of("service.id", 2L, "service.ranking", -1));
        return machine;
    }

    private static final class Named implements RegionAllocatorFactory {
        private final String name;

        Named(String name) {
            this.name = name;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public RegionAllocator create(long dpages, LongUnaryOperator nextTaken) {
            if (name.equals("poor")) {
                throw new ErrnoException(Errno.ENOMEM, "no memory for " + dpages + " dpages");
            }
            return new LlfreeAllocatorFactory().create(dpages, nextTaken);
        }
    }

    @Test
    @DisplayName("an exchange keeps every dpage where it is: held, free, referenced, retired")
    void keepsAll() {
        try (TestMachine machine = withBoth()) {
            PoolUse use = machine.pool.use(PageSize.SIZE_2M, "/mnt");
            DpageRun run = use.takeRun(FILE, LOCAL, 0, 0, 10);
            use.give(FILE, run.physicalAddress() + 4 * M);
            machine.pool.get(run.physicalAddress() >> 12);
            use.give(FILE, run.physicalAddress());
            machine.pool.memoryFailure((run.physicalAddress() + 40 * M) >> 12, Set.of());
            machine.pool.memoryFailure((run.physicalAddress() + 6 * M) >> 12, Set.of());
            ExchangeCertificate certificate = machine.pool.exchange("llfree");
            assertThat(certificate.from()).isEqualTo("bitmap");
            assertThat(certificate.to()).isEqualTo("llfree");
            assertThat(certificate.dpagesHeld()).isEqualTo(9);
            assertThat(certificate.poolFree()).isEqualTo(128 - 9 - 1);
            assertThat(certificate.agrees()).isTrue();
            assertThat(machine.pool.usage().allocator()).isEqualTo("llfree");
            machine.assertLedger();
            use.give(FILE, run.physicalAddress() + 6 * M);
            machine.pool.put(run.physicalAddress() >> 12);
            assertThat(machine.node(0).retired()).isEqualTo(2);
            machine.assertLedger();
        }
    }

    @Test
    @DisplayName("the digest differs where one bit does: an allocator that lost a dpage is found out")
    void digestDiffers() {
        try (TestMachine machine = withBoth()) {
            PoolUse use = machine.pool.use(PageSize.SIZE_2M, "/mnt");
            long dpage = use.take(FILE, LOCAL, 0, 0);
            machine.pool.read(carving -> {
                DpageRegion region = carving.lookup().regions().get(0);
                region.allocator().give(region.indexOf(dpage));
                return 0;
            });
            ExchangeCertificate certificate = machine.pool.exchange("llfree");
            assertThat(certificate.digestBefore()).isNotEqualTo(certificate.digestAfter());
            assertThat(certificate.oldRecountFree()).isEqualTo(certificate.poolFree() + 1);
            assertThat(certificate.agrees()).isFalse();
            assertThat(machine.node(0).free()).as("the truth is the pool's").isEqualTo(127);
        }
    }

    @Test
    @DisplayName("EINVAL for an allocator that is not there; one that cannot be made leaves the old in service")
    void refusals() {
        try (TestMachine machine = withBoth()) {
            PoolUse use = machine.pool.use(PageSize.SIZE_2M, "/mnt");
            use.take(FILE, LOCAL, 0, 0);
            refused(Errno.EINVAL, () -> machine.pool.exchange("buddy"), "buddy", "bitmap", "llfree");
            machine.pool.offer(new Named("poor"), Map.of("service.id", 3L, "service.ranking", -5));
            refused(Errno.ENOMEM, () -> machine.pool.exchange("poor"));
            assertThat(machine.pool.usage().allocator()).isEqualTo("bitmap");
            use.take(FILE, LOCAL, 0, 0);
            machine.assertLedger();
        }
    }

    @Test
    @DisplayName("the one that is named serves while it is there, else the highest ranking, then the newest")
    void precedence() {
        try (TestMachine machine = withBoth()) {
            machine.pool.use(PageSize.SIZE_2M, "/mnt");
            assertThat(machine.pool.usage().allocator()).isEqualTo("bitmap");
            RegionAllocatorFactory newer = new Named("newer");
            machine.pool.offer(newer, Map.of("service.id", 9L));
            assertThat(machine.pool.usage().allocator()).as("same ranking, newer").isEqualTo("newer");
            machine.pool.name("llfree");
            assertThat(machine.pool.usage().allocator()).as("named").isEqualTo("llfree");
            machine.pool.offer(new Named("highest"), Map.of("service.id", 10L, "service.ranking", 7));
            assertThat(machine.pool.usage().allocator()).as("still named").isEqualTo("llfree");
            machine.pool.name("");
            assertThat(machine.pool.usage().allocator()).as("highest ranking").isEqualTo("highest");
            machine.pool.name("newer");
            machine.pool.withdraw(newer);
            assertThat(machine.pool.usage().allocator()).as("the named one has gone").isEqualTo("highest");
        }
    }

    @Test
    @DisplayName("while no allocator is bound, gives are recorded, and the next allocator has them")
    void recordsGives() {
        try (TestMachine machine = TestMachine.with(SeriesVersion.REPAIRED)) {
            assertThat(machine.pool.usage().allocator()).isEqualTo("bitmap");
        }
        try (TestMachine machine = TestMachine.nodes(1, 128 * M)) {
            RegionAllocatorFactory first = machine.serve(new Named("first"));
            machine.pool.name("first");
            PoolUse use = machine.pool.use(PageSize.SIZE_2M, "/mnt");
            DpageRun run = use.takeRun(FILE, LOCAL, 0, 0, 5);
            withdrawAll(machine, first);
            assertThat(machine.pool.usage().allocator()).isEqualTo("none");
            use.giveRun(FILE, new DpageRun(run.physicalAddress(), 3));
            machine.pool.memoryFailure((run.physicalAddress() + 20 * M) >> 12, Set.of());
            machine.assertLedger();
            assertThat(machine.node(0).free()).isEqualTo(61);
            machine.serve(new Named("second"));
            assertThat(machine.node(0).free()).isEqualTo(61);
            assertThat(use.take(FILE, LOCAL, 0, 0)).isEqualTo(run.physicalAddress());
            machine.assertLedger();
        }
    }

    private static void withdrawAll(TestMachine machine, RegionAllocatorFactory... others) {
        machine.withdrawFirst();
        for (RegionAllocatorFactory other : others) {
            machine.pool.withdraw(other);
        }
    }

    @Test
    @DisplayName("a take waits for an allocator and gets its dpage as soon as one is bound")
    @Timeout(30)
    void takeWaits() throws Exception {
        try (TestMachine machine = TestMachine.nodes(1, 128 * M)) {
            PoolUse use = machine.pool.use(PageSize.SIZE_2M, "/mnt");
            withdrawAll(machine);
            FutureTask<Long> take = new FutureTask<>(() -> use.take(FILE, LOCAL, 0, 0));
            Thread taker = Thread.ofPlatform().start(take);
            while (taker.getState() != Thread.State.TIMED_WAITING) {
                Thread.onSpinWait();
            }
            machine.serve(new Named("late"));
            assertThat(take.get()).isEqualTo(G);
        }
    }

    @Test
    @DisplayName("ENOMEM, no allocator bound, once a take has waited for a second")
    void noAllocatorBound() {
        try (TestMachine machine = TestMachine.nodes(1, 128 * M)) {
            PoolUse use = machine.pool.use(PageSize.SIZE_2M, "/mnt");
            withdrawAll(machine);
            long begun = System.nanoTime();
            refused(Errno.ENOMEM, () -> use.take(FILE, LOCAL, 0, 0), "no allocator bound");
            assertThat(System.nanoTime() - begun).isGreaterThanOrEqualTo(1_000_000_000L);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = 20_261_120L)
    @DisplayName("1,000 exchanges under two threads that check the bytes they own: nothing lost, nothing double")
    void underLoad(long seed) throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        try (TestMachine machine = withBoth(); ExecutorService threads = Executors.newFixedThreadPool(2)) {
            PoolUse use = machine.pool.use(PageSize.SIZE_4K, "/mnt");
            List<Future<Integer>> owners = new ArrayList<>();
            for (int thread = 0; thread < 2; thread++) {
                owners.add(threads.submit(owner(machine, use, seed + thread, done)));
            }
            long longestPause = 0;
            for (int exchange = 0; exchange < 1000; exchange++) {
                ExchangeCertificate certificate = machine.pool.exchange(exchange % 2 == 0 ? "llfree" : "bitmap");
                assertThat(certificate.agrees()).as("%s", certificate).isTrue();
                longestPause = Math.max(longestPause, certificate.pauseNanoseconds());
            }
            done.set(true);
            int operations = 0;
            for (Future<Integer> owner : owners) {
                operations += owner.get();
            }
            System.out.printf("seed %d: 1,000 exchanges under %d operations, longest pause %d us%n", seed, operations,
                    longestPause / 1000);
            assertThat(operations).isPositive();
            machine.assertLedger();
            assertThat(machine.node(0).free()).isEqualTo(machine.node(0).total());
            assertThat(machine.pool.exchange("bitmap").agrees()).isTrue();
        }
    }

    private static Callable<Integer> owner(TestMachine machine, PoolUse use, long seed, AtomicBoolean done) {
        return () -> {
            RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
            Holder holder = new Holder("test", "owner " + seed);
            List<Long> held = new ArrayList<>();
            int operations = 0;
            for (; !done.get() || !held.isEmpty(); operations++) {
                if (!done.get() && held.size() < 2000 && random.nextInt(100) < 55) {
                    long dpage = use.take(holder, LOCAL, 0, 0);
                    assertThat(machine.memory.bytes().loadLong(dpage)).as("a dpage that was taken is clean").isZero();
                    machine.memory.bytes().storeLong(dpage, dpage ^ seed);
                    held.add(dpage);
                } else if (!held.isEmpty()) {
                    int place = random.nextInt(held.size());
                    long dpage = held.set(place, held.getLast());
                    held.removeLast();
                    assertThat(machine.memory.bytes().loadLong(dpage)).as("my bytes").isEqualTo(dpage ^ seed);
                    use.give(holder, dpage);
                }
            }
            return operations;
        };
    }

    @Test
    @DisplayName("an allocator that was withdrawn leaves nothing behind: its class loader can be collected")
    @Timeout(60)
    void classLoaderIsCollectable() throws Exception {
        try (TestMachine machine = TestMachine.nodes(1, 128 * M)) {
            PoolUse use = machine.pool.use(PageSize.SIZE_2M, "/mnt");
            WeakReference<ClassLoader> loader = serveFromItsOwnLoader(machine, use);
            while (loader.get() != null) {
                System.gc();
            }
            use.take(FILE, LOCAL, 0, 0);
        }
    }

    private static WeakReference<ClassLoader> serveFromItsOwnLoader(TestMachine machine, PoolUse use) throws Exception {
        ClassLoader loader = new BundleLike(
                BitmapAllocatorFactory.class.getProtectionDomain().getCodeSource().getLocation());
        RegionAllocatorFactory factory = (RegionAllocatorFactory) loader
                .loadClass(BitmapAllocatorFactory.class.getName())
                .getConstructor(SeriesVersion.class).newInstance(SeriesVersion.REPAIRED);
        machine.pool.offer(factory, Map.of("service.id", 5L, "service.ranking", 5));
        assertThat(factory.getClass()).isNotEqualTo(BitmapAllocatorFactory.class);
        use.give(FILE, use.take(FILE, LOCAL, 0, 0));
        machine.pool.withdraw(factory);
        return new WeakReference<>(loader);
    }

    /** Has its own copy of the provider's classes, as a bundle has. */
    private static final class BundleLike extends URLClassLoader {
        BundleLike(URL classes) throws IOException {
            super(new URL[]{classes}, PoolExchangeTest.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (name.startsWith("org.dmemfs.core.bitmap.")) {
                Class<?> loaded = findLoadedClass(name);
                return loaded == null ? findClass(name) : loaded;
            }
            return super.loadClass(name, resolve);
        }
    }
}
