package org.dmemfs.vfio.type1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.tracing.KernelLog.Line;
import org.dmemfs.vfio.Container;
import org.dmemfs.vfio.DmaPermission;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Containers open, close, and end with what they stand on. */
class ContainerLifeTest {
    private static final Set<DmaPermission> BOTH = Set.of(DmaPermission.READ, DmaPermission.WRITE);

    private final DeviceMachine machine = new DeviceMachine(PageSize.SIZE_2M);

    @AfterEach
    void close() {
        machine.close();
    }

    /** A call on a container that is closed. */
    record StaleCall(String name, Consumer<Container> call) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<StaleCall> calls() {
        return Stream.of(new StaleCall("mapDma", container -> container.mapDma(0, 0x1000, 0x1000, BOTH)),
                new StaleCall("unmapDma", container -> container.unmapDma(0, 0x1000)),
                new StaleCall("maps", Container::maps),
                new StaleCall("read", container -> container.engine().read(0, MemorySegment.ofArray(new byte[1]))),
                new StaleCall("write", container -> container.engine().write(0, MemorySegment.ofArray(new byte[1]))));
    }

    @Test
    void theEndOfWhoGaveTheMemoryEndsTheMapsThatReachIntoIt() {
        DpageFile file = machine.file(DeviceMachine.GIB, 4);
        DpageFile other = machine.file(2 * DeviceMachine.GIB, 4);
        long address = machine.mapWritable(file);
        long otherAddress = machine.mapWritable(other);
        DmaContainer container = machine.open("device");
        container.mapDma(0, address, file.bytes() / 2, BOTH);
        container.mapDma(1L << 30, otherAddress, other.bytes(), BOTH);

        file.mapping().withdraw("its owner was stopped");

        assertThat(container.maps()).singleElement().satisfies(
                map -> assertThat(map.virtualAddress()).isEqualTo(otherAddress));
        assertThat(machine.pool.extraReferences()).isEqualTo(4);
        assertThat(machine.log.lines()).extracting(Line::text)
                .containsOnlyOnce("vfio: container device loses 1 map: its owner was stopped");
        container.close();
        file.mapping().withdraw("again");
        assertThat(machine.pool.extraReferences()).isZero();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("calls")
    void aClosedContainerAnswersEnodev(StaleCall stale) {
        DmaContainer container = machine.open("device");
        container.close();
        container.close();

        ErrnoException refused = catchThrowableOfType(ErrnoException.class, () -> stale.call().accept(container));

        assertThat(refused.errno()).isEqualTo(Errno.ENODEV);
        assertThat(machine.type1.containers()).isEmpty();
    }

    @Test
    void whenType1StopsEachContainerEndsWithOneLineAndGivesItsReferencesBack() {
        DpageFile file = machine.file(DeviceMachine.GIB, 4);
        long address = machine.mapWritable(file);
        machine.open("first").mapDma(0, address, file.bytes(), BOTH);
        DmaContainer second = machine.open("second");
        second.mapDma(0, address, file.bytes(), BOTH);
        second.mapDma(1L << 30, address, file.bytes(), BOTH);
        long line = machine.log.nextSequence();

        machine.type1.stop();

        assertThat(machine.log.since(line)).extracting(Line::text).containsExactly(
                "vfio: container second ends with 2 maps: type1 stops",
                "vfio: container first ends with 1 map: type1 stops");
        assertThat(machine.pool.extraReferences()).isZero();
        ErrnoException refused = catchThrowableOfType(ErrnoException.class, () -> machine.open("third"));
        assertThat(refused.errno()).isEqualTo(Errno.ENODEV);
    }

    @Test
    void aMapForATaskThatHasExitedIsRefused() {
        DmaContainer container = machine.open("device");
        machine.task.close();

        ErrnoException refused = catchThrowableOfType(ErrnoException.class,
                () -> container.mapDma(0, 0x1000, 0x1000, BOTH));

        assertThat(refused.errno()).isEqualTo(Errno.ENODEV);
    }

    @Test
    void aCloseWhileAMapIsComingEndsTheMapWithNothingHeld() {
        DpageFile file = machine.file(DeviceMachine.GIB, 4);
        DmaContainer container = machine.open("device");
        machine.pool.beforeNextGet(container::close);

        ErrnoException refused = catchThrowableOfType(ErrnoException.class,
                () -> container.mapDma(0, machine.mapWritable(file), file.bytes(), BOTH));

        assertThat(refused.errno()).isEqualTo(Errno.ENODEV);
        assertThat(machine.pool.extraReferences()).isZero();
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void threadsThatMapUnmapAndReadLeaveNothingBehind(long seed) throws Exception {
        DpageFile file = machine.scatteredFile(DeviceMachine.GIB, 16);
        long bytes = file.bytes();
        long address = machine.mapWritable(file);
        DmaContainer container = machine.open("device");
        try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
            List<Future<Integer>> workers = List.of(threads.submit(mapper(container, address, bytes, seed)),
                    threads.submit(mapper(container, address, bytes, seed + 100)),
                    threads.submit(reader(container, bytes, seed)));
            for (Future<Integer> worker : workers) {
                assertThat(worker.get()).isPositive();
            }
        }
        file.truncate();
        container.unmapDma(0, 1L << 40);

        assertThat(container.maps()).isEmpty();
        assertThat(machine.pool.used()).isZero();
    }

    private static Callable<Integer> mapper(DmaContainer container, long address, long bytes, long seed) {
        return () -> {
            Random random = new Random(seed);
            int done = 0;
            for (int step = 0; step < 300; step++) {
                long first = random.nextInt((int) (bytes >> 12));
                long frames = 1L + random.nextInt((int) (bytes >> 12) - (int) first);
                try {
                    container.mapDma(first << 12, address + (first << 12), frames << 12, BOTH);
                    done++;
                } catch (ErrnoException overlap) {
                    assertThat(overlap.errno()).isEqualTo(Errno.EEXIST);
                    container.unmapDma(0, 1L << 40);
                }
            }
            return done;
        };
    }

    private static Callable<Integer> reader(DmaContainer container, long bytes, long seed) {
        return () -> {
            Random random = new Random(seed);
            MemorySegment buffer = MemorySegment.ofArray(new byte[10_000]);
            int done = 0;
            for (int step = 0; step < 2000; step++) {
                try {
                    container.engine().read(random.nextInt((int) bytes), buffer);
                } catch (ErrnoException unmapped) {
                    assertThat(unmapped.errno()).isEqualTo(Errno.EFAULT);
                }
                done++;
            }
            return done;
        };
    }
}
