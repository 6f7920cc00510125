package org.dmemfs.reserve.hostram;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.linux.AddressWindow;
import org.dmemfs.reserve.HostRange;
import org.dmemfs.reserve.PhysicalBytes;
import org.dmemfs.reserve.PoisonedFrames;
import org.dmemfs.reserve.Reservation;

/**
 * The program of a child JVM: frames of real memory go bad under accesses that are under way. Prints one line for each
 * kind of access; a mistake ends this JVM.
 */
final class PoisonedRam {
    /** What it exits with where the host cannot mark bad pages. */
    static final int CANNOT_POISON = 77;
    /** How often each kind of access is tried. */
    static final int ROUNDS = 3;

    private static final long FRAME = 4096;
    private static final int WARM = 20_000;
    private static final long BULK = 8L << 20;
    private static final AtomicLong TURNS = new AtomicLong();

    private PoisonedRam() {
    }

    /** Runs everything. */
    public static void main(String... arguments) throws Exception {
        if (Host.userfault() == null) {
            System.exit(CANNOT_POISON);
            return;
        }
        Reservation machine = PhysicalMemoryContract.machine("1x512M", "dmem=128M");
        try (HostRam memory = HostRam.memfd(Host.memory(), machine, Host.realPoison())) {
            long start = machine.regions().getFirst().startPhysicalAddress();
            knownToTheHostAlone(memory, start);
            long at = start + BULK;
            for (Work work : Work.values()) {
                System.out.println(work + ": " + underWay(memory, at, work));
                at += ROUNDS * BULK;
            }
            System.out.println("others keep their bytes: " + (memory.bytes().loadLong(start + FRAME) == 42));
        }
    }

    /**
     * A copy by another view of the memory, which the model tells nothing: the error is the host's own. Where compiled
     * code throws it late, nobody there knows to wait for it.
     */
    private static void knownToTheHostAlone(HostRam memory, long start) {
        memory.bytes().storeLong(start + FRAME, 42);
        HostRange range = memory.hostRange(start >> 12, 2);
        try (AddressWindow window = Host.memory().reserve(2 * FRAME, PageSize.SIZE_4K)) {
            window.map(0, range.memory(), range.offsetBytes(), 2 * FRAME);
            PhysicalBytes other = new PhysicalBytes(window.segment(), new PoisonedFrames());
            MemorySegment buffer = MemorySegment.ofArray(new long[512]);
            for (int turn = 0; turn < WARM; turn++) {
                other.copyOut(0, buffer, 0, FRAME);
            }
            memory.poison(start >> 12);
            System.out.println("another view: " + said(() -> {
                other.copyOut(0, buffer, 0, FRAME);
                return "ok";
            }) + ", its neighbour " + other.loadLong(FRAME));
        }
    }

    /** What the accesses of another thread end with, when the last frame of what it works on goes bad meanwhile. */
    private static List<String> underWay(HostRam memory, long start, Work work) throws Exception {
        MemorySegment buffer = MemorySegment.ofArray(new byte[(int) BULK]);
        List<String> answers = new ArrayList<>();
        try (ExecutorService threads = Executors.newSingleThreadExecutor()) {
            for (long at = start; at < start + ROUNDS * BULK; at += BULK) {
                long here = at;
                long turns = TURNS.get();
                Future<String> answer = threads.submit(() -> said(() -> {
                    while (true) {
                        work.on(memory.bytes(), here, buffer);
                        TURNS.incrementAndGet();
                    }
                }));
                while (TURNS.get() < turns + 20) {
                    Thread.onSpinWait();
                }
                memory.poison(at + BULK - FRAME >> 12);
                answers.add(answer.get());
            }
        }
        return answers;
    }

    private static String said(Callable<?> access) {
        try {
            return String.valueOf(access.call());
        } catch (ErrnoException refused) {
            return refused.errno().name();
        } catch (Exception | InternalError other) {
            return other.toString();
        }
    }

    private enum Work {
        COPY_OUT, COPY_IN, FILL, LOAD_AND_STORE;

        void on(PhysicalBytes bytes, long physicalAddress, MemorySegment buffer) {
            switch (this) {
                case COPY_OUT -> bytes.copyOut(physicalAddress, buffer, 0, BULK);
                case COPY_IN -> bytes.copyIn(buffer, 0, physicalAddress, BULK);
                case FILL -> bytes.fill(physicalAddress, BULK, (byte) 1);
                case LOAD_AND_STORE -> {
                    for (long word = physicalAddress; word < physicalAddress + BULK; word += 512) {
                        bytes.storeLong(word, bytes.loadLong(word) + 1);
                    }
                }
            }
        }
    }
}
