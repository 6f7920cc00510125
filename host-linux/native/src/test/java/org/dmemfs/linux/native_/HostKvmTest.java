package org.dmemfs.linux.native_;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.dmemfs.linux.native_.SharedMemoryTest.assertRefused;
import static org.dmemfs.linux.native_.UserGuest.DATA;
import static org.dmemfs.linux.native_.UserGuest.DATA_SLOT;
import static org.dmemfs.linux.native_.UserGuest.PORT;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.linux.AddressWindow;
import org.dmemfs.linux.HostMemory;
import org.dmemfs.linux.KvmExit;
import org.dmemfs.linux.KvmRegister;
import org.dmemfs.linux.KvmRegisters;
import org.dmemfs.linux.KvmSlotFlag;
import org.dmemfs.linux.KvmVcpu;
import org.dmemfs.linux.KvmVirtualMachine;
import org.dmemfs.linux.SharedMemory;
import org.dmemfs.linux.native_.UserGuest.Code;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Guests of /dev/kvm, run natively at the user level. Nothing here depends on how fast the host is. */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class HostKvmTest {
    private static final long PAGE = 4096;
    private static final long BEYOND_SLOTS = 512L << 20;
    private static final KvmExit OUT_K = new KvmExit.Io(KvmExit.Direction.OUT, PORT, 1, 1, List.of((long) 'K'));

    private final HostMemory memory = Host.memory();
    private final KvmDevice kvm = Host.kvm();

    @AfterEach
    void closeDevice() {
        kvm.close();
    }

    @Test
    void theGuestsStoresAreTheWindowsBytes() {
        try (UserGuest guest = new UserGuest(memory, kvm, Set.of());
                KvmVcpu processor = guest.processor(0, Code.FILL, DATA + 8, 1_000_000)) {
            assertThat(processor.run()).isEqualTo(OUT_K);
            assertThat(guest.bytes().get(JAVA_LONG, DATA)).isZero();
            for (long word = 1; word <= 1_000_000; word++) {
                assertThat(guest.bytes().get(JAVA_LONG, DATA + 8 * word)).isEqualTo('K');
            }
            assertThat(guest.bytes().get(JAVA_LONG, DATA + 8 * 1_000_001)).isZero();
            KvmRegisters after = processor.registers();
            assertThat(after.get(KvmRegister.RCX)).isZero();
            assertThat(after.get(KvmRegister.RDI)).isEqualTo(DATA + 8 * 1_000_001);
        }
    }

    @Test
    void whatJavaStoresTheGuestReads() {
        try (UserGuest guest = new UserGuest(memory, kvm, Set.of());
                KvmVcpu processor = guest.processor(0, Code.LOAD, DATA, 0)) {
            guest.bytes().set(JAVA_LONG, DATA, 0x1234);
            assertThat(processor.run()).isEqualTo(
                    new KvmExit.Io(KvmExit.Direction.OUT, PORT, 1, 1, List.of(0x34L)));
        }
    }

    @Test
    void scatteredPiecesAreOneSlot() {
        try (UserGuest guest = new UserGuest(memory, kvm, Set.of());
                SharedMemory pieces = memory.createSparse("pieces", 8 * PAGE);
                AddressWindow view = memory.reserve(8 * PAGE, PageSize.SIZE_4K)) {
            view.map(0, pieces, 0, 8 * PAGE);
            guest.window.revoke(DATA, 2 * PAGE);
            guest.window.map(DATA, pieces, 5 * PAGE, PAGE);
            guest.window.map(DATA + PAGE, pieces, 2 * PAGE, PAGE);
            try (KvmVcpu processor = guest.processor(0, Code.FILL, DATA, 2 * PAGE / 8)) {
                assertThat(processor.run()).isEqualTo(OUT_K);
            }
            assertThat(pieces.allocatedBytes()).isEqualTo(2 * PAGE);
            assertThat(view.segment().get(JAVA_LONG, 5 * PAGE)).isEqualTo('K');
            assertThat(view.segment().get(JAVA_LONG, 3 * PAGE - 8)).isEqualTo('K');
        }
    }

    @Test
    void hugePagesBackAGuest() {
        try (ReservedHugePages pool = ReservedHugePages.take(memory, PageSize.SIZE_2M, 1);
                UserGuest guest = new UserGuest(memory, kvm, Set.of());
                SharedMemory huge = pool.create("huge", 1)) {
            guest.window.revoke(DATA, huge.bytes());
            guest.window.map(DATA, huge, 0, huge.bytes());
            try (KvmVcpu processor = guest.processor(0, Code.FILL, DATA, huge.bytes() / 8)) {
                assertThat(processor.run()).isEqualTo(OUT_K);
            }
            assertThat(guest.bytes().get(JAVA_LONG, DATA + huge.bytes() - 8)).isEqualTo('K');
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "0, 1000", "7, 900", "63, 65"})
    void theDirtyLogIsExactAndStartsAnew(int firstPage, int stores) {
        try (UserGuest guest = new UserGuest(memory, kvm, Set.of(KvmSlotFlag.LOG_DIRTY_PAGES));
                KvmVcpu processor = guest.processor(0, Code.EVERY_THIRD_PAGE, DATA + firstPage * PAGE, stores)) {
            assertThat(processor.run()).isEqualTo(OUT_K);
            BitSet expected = new BitSet();
            for (int store = 0; store < stores; store++) {
                expected.set(firstPage + 3 * store);
            }
            assertThat(BitSet.valueOf(guest.machine.dirtyLog(DATA_SLOT))).isEqualTo(expected);
            assertThat(guest.machine.dirtyLog(DATA_SLOT)).hasSize((int) ((UserGuest.BYTES - DATA) / PAGE / 64))
                    .containsOnly(0);
        }
    }

    @Test
    void aStoreOutsideTheSlotsIsMmio() {
        try (UserGuest guest = new UserGuest(memory, kvm, Set.of());
                KvmVcpu processor = guest.processor(0, Code.STORE, BEYOND_SLOTS, 0)) {
            assertThat(processor.run()).isEqualTo(new KvmExit.Mmio(BEYOND_SLOTS, 8, true, 'K'));
            assertThat(processor.run()).isEqualTo(OUT_K);
        }
    }

    @Test
    void aStoreToAReadOnlySlotIsMmioAndChangesNothing() {
        try (UserGuest guest = new UserGuest(memory, kvm, Set.of(KvmSlotFlag.READ_ONLY));
                KvmVcpu processor = guest.processor(0, Code.STORE, DATA + 64, 0)) {
            assertThat(processor.run()).isEqualTo(new KvmExit.Mmio(DATA + 64, 8, true, 'K'));
            assertThat(guest.bytes().get(JAVA_LONG, DATA + 64)).isZero();
        }
    }

    @Test
    void anMmioReadGetsTheAnswer() {
        try (UserGuest guest = new UserGuest(memory, kvm, Set.of());
                KvmVcpu processor = guest.processor(0, Code.LOAD, BEYOND_SLOTS, 0)) {
            assertThat(processor.run()).isEqualTo(new KvmExit.Mmio(BEYOND_SLOTS, 8, false, 0));
            processor.answer(0x1122334455667788L);
            assertThat(processor.run()).isEqualTo(
                    new KvmExit.Io(KvmExit.Direction.OUT, PORT, 1, 1, List.of(0x88L)));
            assertThat(processor.registers().get(KvmRegister.RAX)).isEqualTo(0x1122334455667788L);
        }
    }

    @Test
    void anInGetsTheAnswer() {
        try (UserGuest guest = new UserGuest(memory, kvm, Set.of());
                KvmVcpu processor = guest.processor(0, Code.IN, 0, 0)) {
            assertThat(processor.run()).isEqualTo(new KvmExit.Io(KvmExit.Direction.IN, PORT, 1, 1, List.of()));
            processor.answer(0xa5);
            KvmExit echo = processor.run();
            assertThat(echo).isInstanceOfSatisfying(KvmExit.Io.class, io -> assertThat(io.value()).isEqualTo(0xa5));
            assertRefused(() -> processor.answer(1), Errno.EINVAL);
        }
    }

    @Test
    void aRevokedPageIsAFaultUntilItIsMappedAgain() {
        try (UserGuest guest = new UserGuest(memory, kvm, Set.of());
                KvmVcpu processor = guest.processor(0, Code.FILL, DATA, 4 * PAGE / 8)) {
            assertThat(processor.run()).isEqualTo(OUT_K);
            guest.window.revoke(DATA + 2 * PAGE, PAGE);
            guest.load(processor, Code.FILL, DATA, 4 * PAGE / 8);
            for (int attempt = 0; attempt < 2; attempt++) {
                assertThat(processor.run()).isInstanceOfSatisfying(KvmExit.Fault.class,
                        fault -> fault.guestPhysicalAddress().ifPresent(
                                address -> assertThat(address & -PAGE).isEqualTo(DATA + 2 * PAGE)));
            }
            guest.window.map(DATA + 2 * PAGE, guest.file, 0, PAGE);
            assertThat(processor.run()).isEqualTo(OUT_K);
            assertThat(guest.bytes().get(JAVA_LONG, DATA + 2 * PAGE)).isEqualTo('K');
        }
    }

    @Test
    void twoProcessorsRunInOneMachine() throws Exception {
        try (UserGuest guest = new UserGuest(memory, kvm, Set.of());
                KvmVcpu first = guest.processor(0, Code.FILL, DATA, 100_000);
                KvmVcpu second = guest.processor(1, Code.FILL, DATA + 800_000, 100_000)) {
            FutureTask<KvmExit> other = start(second::run);
            assertThat(first.run()).isEqualTo(OUT_K);
            assertThat(other.get()).isEqualTo(OUT_K);
            assertThat(guest.bytes().get(JAVA_LONG, DATA + 1_600_000 - 8)).isEqualTo('K');
        }
    }

    @Test
    void aGuestThatNeverExitsIsInterrupted() throws Exception {
        try (UserGuest guest = new UserGuest(memory, kvm, Set.of());
                KvmVcpu processor = guest.processor(0, Code.COUNT, DATA, 0)) {
            for (int round = 0; round < 20; round++) {
                FutureTask<KvmExit> running = startCounting(guest, processor);
                processor.interrupt();
                assertThat(running.get()).isEqualTo(new KvmExit.Interrupted());
            }
        }
    }

    /** Each interrupter lets a few runs return in between, so that the guest gets on however busy the host is. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void interruptsThatRaceWithExitsEndNothingButRuns(long seed) throws Exception {
        try (UserGuest guest = new UserGuest(memory, kvm, Set.of());
                KvmVcpu processor = guest.processor(0, Code.STORE, DATA, 0)) {
            AtomicInteger returns = new AtomicInteger();
            AtomicBoolean done = new AtomicBoolean();
            List<FutureTask<KvmExit>> interrupters = Stream.iterate(seed, next -> next + 100).limit(2)
                    .map(own -> start(() -> {
                        Random random = new Random(own);
                        while (!done.get()) {
                            processor.interrupt();
                            int until = returns.get() + 3 + random.nextInt(4);
                            while (!done.get() && returns.get() < until) {
                                Thread.onSpinWait();
                            }
                        }
                        return new KvmExit.Interrupted();
                    })).toList();
            for (int outs = 0; outs < 2_000; returns.incrementAndGet()) {
                KvmExit exit = processor.run();
                assertThat(exit).as("seed %d", seed).isIn(OUT_K, new KvmExit.Interrupted());
                outs += exit.equals(OUT_K) ? 1 : 0;
            }
            done.set(true);
            for (FutureTask<KvmExit> interrupter : interrupters) {
                assertThat(interrupter.get()).isEqualTo(new KvmExit.Interrupted());
            }
        }
    }

    @Test
    void anInterruptBeforeTheRunEndsExactlyOne() {
        try (UserGuest guest = new UserGuest(memory, kvm, Set.of());
                KvmVcpu processor = guest.processor(0, Code.STORE, DATA, 0)) {
            processor.interrupt();
            processor.interrupt();
            assertThat(processor.run()).isEqualTo(new KvmExit.Interrupted());
            assertThat(processor.run()).isEqualTo(OUT_K);
        }
    }

    @Test
    void aRunningProcessorWorksForNoOtherThread() throws Exception {
        try (UserGuest guest = new UserGuest(memory, kvm, Set.of());
                KvmVcpu processor = guest.processor(0, Code.COUNT, DATA, 0)) {
            FutureTask<KvmExit> running = startCounting(guest, processor);
            assertRefused(processor::run, Errno.EBUSY);
            assertRefused(processor::registers, Errno.EBUSY);
            assertRefused(() -> processor.setRegisters(KvmRegisters.zero()), Errno.EBUSY);
            assertRefused(() -> processor.enterLongModeUser(0), Errno.EBUSY);
            processor.interrupt();
            assertThat(running.get()).isEqualTo(new KvmExit.Interrupted());
        }
    }

    @Test
    void closingTheMachineEndsARunningGuest() throws Exception {
        try (UserGuest guest = new UserGuest(memory, kvm, Set.of())) {
            KvmVcpu processor = guest.processor(0, Code.COUNT, DATA, 0);
            FutureTask<KvmExit> running = startCounting(guest, processor);
            guest.machine.close();
            assertThat(running.get()).isEqualTo(new KvmExit.Interrupted());
            assertRefused(processor::run, Errno.ENODEV);
            assertRefused(processor::interrupt, Errno.ENODEV);
            assertRefused(() -> guest.machine.createVcpu(1), Errno.ENODEV);
            assertRefused(() -> guest.machine.deleteMemorySlot(0), Errno.ENODEV);
            processor.close();
        }
    }

    @Test
    void aHaltInRealModeHalts() {
        try (SharedMemory file = memory.createSparse("real", PAGE);
                AddressWindow window = memory.reserve(PAGE, PageSize.SIZE_4K);
                KvmVirtualMachine machine = kvm.createVirtualMachine()) {
            window.map(0, file, 0, PAGE);
            window.segment().set(JAVA_BYTE, 0x100, (byte) 0xf4);
            machine.setMemorySlot(0, 0, window, 0, PAGE, Set.of());
            try (KvmVcpu processor = machine.createVcpu(0)) {
                processor.enterRealMode();
                processor.setRegisters(KvmRegisters.zero().with(KvmRegister.RIP, 0x100));
                assertThat(processor.run()).isEqualTo(new KvmExit.Halt());
            }
        }
    }

    @Test
    void anExceptionWithoutAHandlerShutsTheGuestDown() {
        try (UserGuest guest = new UserGuest(memory, kvm, Set.of());
                KvmVcpu processor = guest.processor(0, Code.HALT, 0, 0)) {
            assertThat(processor.run()).isEqualTo(new KvmExit.Shutdown());
        }
    }

    @Test
    void closingGivesEveryDescriptorAndMappingBack() throws IOException {
        try (UserGuest warm = new UserGuest(memory, kvm, Set.of())) {
            warm.processor(0, Code.FILL, DATA, 10).run();
        }
        long descriptors = kvmDescriptors();
        for (int round = 0; round < 10; round++) {
            try (UserGuest guest = new UserGuest(memory, kvm, Set.of())) {
                assertThat(guest.processor(0, Code.FILL, DATA, 10).run()).isEqualTo(OUT_K);
                assertThat(kvmDescriptors()).isGreaterThan(descriptors);
            }
        }
        assertThat(kvmDescriptors()).isEqualTo(descriptors);
        try (Stream<String> maps = Files.lines(Path.of("/proc/self/maps"))) {
            assertThat(maps).noneMatch(line -> line.contains("memfd:guest") || line.contains("kvm-vcpu"));
        }
    }

    private static long kvmDescriptors() throws IOException {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return descriptors.filter(HostKvmTest::ours).count();
        }
    }

    private static boolean ours(Path descriptor) {
        try {
            String target = Files.readSymbolicLink(descriptor).toString();
            return target.contains("kvm") || target.contains("memfd:guest");
        } catch (IOException closedMeanwhile) {
            return false;
        }
    }

    private static FutureTask<KvmExit> start(Callable<KvmExit> run) {
        FutureTask<KvmExit> task = new FutureTask<>(run);
        Thread.ofPlatform().daemon().start(task);
        return task;
    }

    /** Returns once the guest counts, so that the thread is inside KVM_RUN but for rare moments. */
    private static FutureTask<KvmExit> startCounting(UserGuest guest, KvmVcpu processor)
            throws InterruptedException, ExecutionException {
        long before = counter(guest);
        FutureTask<KvmExit> running = start(processor::run);
        while (counter(guest) == before) {
            if (running.isDone()) {
                throw new AssertionError("the guest left at once: " + running.get());
            }
            Thread.onSpinWait();
        }
        return running;
    }

    private static long counter(UserGuest guest) {
        return (long) JAVA_LONG.varHandle().getVolatile(guest.bytes(), DATA);
    }
}
