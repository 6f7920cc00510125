package org.dmemfs.kvm.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.kvm.Exit;
import org.dmemfs.kvm.Hypervisor;
import org.dmemfs.kvm.MachineCode;
import org.dmemfs.kvm.MemorySlot;
import org.dmemfs.kvm.Registers;
import org.dmemfs.kvm.VirtualMachine;
import org.dmemfs.kvm.VirtualProcessor;
import org.dmemfs.reserve.PhysicalBytes;
import org.dmemfs.reserve.PhysicalMemory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** A machine of one kind of guest, with a slot for its code and a scripted address space. */
@Timeout(60)
public abstract class GuestKit {
    protected static final long CODE = 0x10000;
    protected static final long CODE_BYTES = 0x4000;
    protected static final long CODE_HVA = 0x7100_0000_0000L;
    protected static final long CODE_PFN = 0x200;
    protected static final long DATA = 1L << 30;
    protected static final long DATA_BYTES = 4L << 20;
    protected static final long DATA_HVA = 0x7200_0000_0000L;
    protected static final long DATA_PFN = 0x40000;
    protected static final int DATA_SLOT = 1;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private Bench bench;
    private ScriptedAddressSpace space;
    private VirtualMachine machine;

    protected abstract Bench bench();

    /** The smallest dpage that this bench can lend: the page of the host's memory. */
    protected PageSize smallestPage() {
        return PageSize.SIZE_4K;
    }

    /** The largest dpage that its memory has room for. */
    protected PageSize largestPage() {
        return PageSize.SIZE_1G;
    }

    /** Skips what needs smaller pieces than the host has, or more of it than there is. */
    protected final void assumeLendable(PageSize size) {
        assumeTrue(size.compareTo(smallestPage()) >= 0 && size.compareTo(largestPage()) <= 0,
                "this memory lends pages of " + smallestPage().label() + " to " + largestPage().label());
    }

    @BeforeEach
    final void bootMachine() {
        bench = bench();
        space = new ScriptedAddressSpace(bench.memory().poisoned());
        machine = bench.hypervisor().create("guest", space);
        space.area(CODE_HVA, CODE_BYTES, true);
        space.back(CODE_HVA, CODE_PFN, PageSize.SIZE_4K, CODE_BYTES >> 12);
        machine.addSlot(new MemorySlot(0, CODE, CODE_BYTES, CODE_HVA, false));
    }

    @AfterEach
    final void endMachine() {
        machine.close();
        threads.shutdownNow();
    }

    protected final Hypervisor hypervisor() {
        return bench.hypervisor();
    }

    protected final PhysicalMemory memory() {
        return bench.memory();
    }

    protected final VirtualMachine machine() {
        return machine;
    }

    protected final ScriptedAddressSpace space() {
        return space;
    }

    protected final PhysicalBytes bytes() {
        return bench.memory().bytes();
    }

    protected final void addData(PageSize size, long bytes) {
        space.area(DATA_HVA, bytes, true);
        space.back(DATA_HVA, DATA_PFN, size, bytes / size.bytes());
        machine.addSlot(new MemorySlot(DATA_SLOT, DATA, bytes, DATA_HVA, false));
    }

    protected final VirtualProcessor processor(byte[] code) {
        load(code, 0);
        VirtualProcessor processor = machine.createProcessor();
        processor.setRegisters(Registers.startingAt(CODE));
        return processor;
    }

    protected final void load(byte[] code, long offset) {
        bytes().copyIn(MemorySegment.ofArray(code), 0, (CODE_PFN << 12) + offset, code.length);
    }

    protected static MachineCode code() {
        return new MachineCode();
    }

    protected final CompletableFuture<Exit> start(VirtualProcessor processor) {
        return CompletableFuture.supplyAsync(processor::run, threads);
    }

    protected final long[] wordsOf(long physicalAddress) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment page = arena.allocate(4096, 8);
            bytes().copyOut(physicalAddress, page, 0, 4096);
            return page.toArray(ValueLayout.JAVA_LONG);
        }
    }

    protected static void assertErrno(Errno errno, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(ErrnoException.class,
                refused -> assertThat(refused.errno()).isEqualTo(errno));
    }
}
