package org.dmemfs.kvm.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.kvm.Exit;
import org.dmemfs.kvm.FillPattern;
import org.dmemfs.kvm.GeneralRegister;
import org.dmemfs.kvm.MachineCode;
import org.dmemfs.kvm.MemorySlot;
import org.dmemfs.kvm.MemorySlots;
import org.dmemfs.kvm.Registers;
import org.dmemfs.kvm.VirtualMachine;
import org.dmemfs.kvm.VirtualProcessor;
import org.dmemfs.reserve.PhysicalBytes;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What every kind of guest does with the same machine code: exits, registers and every byte are the same. */
@Timeout(60)
public abstract class GuestContract {
    protected static final long CODE = 0x10000;
    protected static final long CODE_BYTES = 0x4000;
    protected static final long CODE_HVA = 0x7100_0000_0000L;
    protected static final long CODE_PFN = 0x200;
    protected static final long DATA = 1L << 30;
    protected static final long DATA_BYTES = 4L << 20;
    protected static final long DATA_HVA = 0x7200_0000_0000L;
    protected static final long DATA_PFN = 0x40000;
    private static final int DATA_SLOT = 1;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private Bench bench;
    private ScriptedAddressSpace space;
    private VirtualMachine machine;

    protected abstract Bench bench();

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

    private void load(byte[] code, long offset) {
        bytes().copyIn(MemorySegment.ofArray(code), 0, (CODE_PFN << 12) + offset, code.length);
    }

    private static MachineCode code() {
        return new MachineCode();
    }

    @Test
    void registersStartAtZeroAndAreReadBack() {
        VirtualProcessor processor = machine.createProcessor();
        assertThat(processor.registers()).isEqualTo(Registers.startingAt(0));
        Registers set = new Registers(-1, 2, 3, 4, 5, 6, 7);
        processor.setRegisters(set);
        assertThat(processor.registers()).isEqualTo(set);
    }

    @ParameterizedTest
    @EnumSource(PageSize.class)
    void aPatternFillsEveryByteWhateverThePageSize(PageSize size) {
        long bytes = Math.max(size.bytes(), DATA_BYTES);
        long pages = DATA_BYTES >> 12;
        addData(size, bytes);
        FillPattern pattern = new FillPattern(DATA, pages, 0x1122_3344_5566_7788L);
        byte[] code = pattern.machineCode();
        VirtualProcessor processor = processor(code);

        assertThat(processor.run()).isEqualTo(new Exit.PortWrite(FillPattern.port(), 1, FillPattern.doneValue()));
        Registers after = processor.registers();
        assertThat(after.rip()).as("behind the OUT, at the jump").isEqualTo(CODE + code.length - 2);
        assertThat(after.rdi()).isEqualTo(DATA + DATA_BYTES);
        assertThat(after.rcx()).isZero();
        assertThat(after.rbx()).isZero();
        for (long page = 0; page < pages; page++) {
            assertThat(wordsOf((DATA_PFN << 12) + page * 4096)).as("page " + page)
                    .containsOnly(pattern.valueOfPage(page));
        }
        assertThat(processor.run()).as("run again after its end")
                .isEqualTo(new Exit.PortWrite(FillPattern.port(), 1, FillPattern.doneValue()));
    }

    @Test
    void loadsStoresAndArithmeticWorkOnTheSlotsBytes() {
        addData(PageSize.SIZE_2M, DATA_BYTES);
        bytes().storeLong((DATA_PFN << 12) + 8, 40);
        MachineCode code = code().move(GeneralRegister.RSI, DATA + 8).move(GeneralRegister.RDI, DATA + 16)
                .move(GeneralRegister.RBX, 3);
        int again = code.position();
        code.load(GeneralRegister.RAX, GeneralRegister.RSI).add(GeneralRegister.RAX, 2)
                .store(GeneralRegister.RDI, GeneralRegister.RAX).add(GeneralRegister.RDI, 8)
                .decrement(GeneralRegister.RBX).jumpIfNotZero(again).move(GeneralRegister.RDX, 0x3F8)
                .exclusiveOr(GeneralRegister.RAX, GeneralRegister.RBX).outDoubleword();
        VirtualProcessor processor = processor(code.toBytes());

        assertThat(processor.run()).isEqualTo(new Exit.PortWrite(0x3F8, 4, 42));
        assertThat(processor.registers())
                .isEqualTo(new Registers(42, 0, 0, 0x3F8, DATA + 8, DATA + 40, CODE + code.position()));
        for (int word = 2; word < 5; word++) {
            assertThat(bytes().loadLong((DATA_PFN << 12) + word * 8L)).isEqualTo(42);
        }
        assertThat(bytes().loadLong((DATA_PFN << 12) + 40)).isZero();
    }

    @ParameterizedTest
    @CsvSource({"8192, 1024", "8, 700", "4104, 600"})
    void aStringMoveCopiesUpwardsUnitByUnitEvenOntoItself(long distance, int units) {
        addData(PageSize.SIZE_4K, DATA_BYTES);
        long[] model = new long[4096];
        for (int i = 0; i < units; i++) {
            model[i] = 1000L + i;
            bytes().storeLong((DATA_PFN << 12) + i * 8L, model[i]);
        }
        for (int i = 0; i < units; i++) {
            model[i + (int) distance / 8] = model[i];
        }
        VirtualProcessor processor = processor(code().move(GeneralRegister.RSI, DATA)
                .move(GeneralRegister.RDI, DATA + distance).move(GeneralRegister.RCX, units).repeatMoveQuadwords()
                .outByte(1).toBytes());

        assertThat(processor.run()).isInstanceOf(Exit.PortWrite.class);
        for (int i = 0; i < model.length; i++) {
            assertThat(bytes().loadLong((DATA_PFN << 12) + i * 8L)).as("word " + i).isEqualTo(model[i]);
        }
    }

    @Test
    void aStoreMayCrossTwoPagesThatLieApart() {
        space.area(DATA_HVA, 8192, true);
        space.back(DATA_HVA, DATA_PFN + 7, PageSize.SIZE_4K, 1);
        space.back(DATA_HVA + 4096, DATA_PFN + 3, PageSize.SIZE_4K, 1);
        machine.addSlot(new MemorySlot(DATA_SLOT, DATA, 8192, DATA_HVA, false));
        VirtualProcessor processor = processor(code().move(GeneralRegister.RDI, DATA + 4093)
                .move(GeneralRegister.RAX, 0x0807_0605_0403_0201L).store(GeneralRegister.RDI, GeneralRegister.RAX)
                .load(GeneralRegister.RBX, GeneralRegister.RDI).outByte(1).toBytes());

        processor.run();
        assertThat(processor.registers().rbx()).isEqualTo(0x0807_0605_0403_0201L);
        assertThat(bytes().loadLong((DATA_PFN + 7 << 12) + 4088)).isEqualTo(0x0302_0100_0000_0000L);
        assertThat(bytes().loadLong(DATA_PFN + 3 << 12)).isEqualTo(0x08_0706_0504L);
    }

    @Test
    void whereNoSlotIsAStoreGoesNowhereAndALoadGivesAllOnes() {
        VirtualProcessor processor = processor(code().move(GeneralRegister.RDI, DATA)
                .store(GeneralRegister.RDI, GeneralRegister.RAX).load(GeneralRegister.RBX, GeneralRegister.RDI)
                .outByte(1).toBytes());

        assertThat(processor.run()).isEqualTo(new Exit.Mmio(DATA, true));
        assertThat(processor.run()).isEqualTo(new Exit.Mmio(DATA, false));
        assertThat(processor.run()).isInstanceOf(Exit.PortWrite.class);
        assertThat(processor.registers().rbx()).isEqualTo(-1);
    }

    @Test
    void aReadOnlySlotIsReadAndItsStoresExit() {
        space.area(DATA_HVA, DATA_BYTES, true);
        space.back(DATA_HVA, DATA_PFN, PageSize.SIZE_2M, 2);
        machine.addSlot(new MemorySlot(DATA_SLOT, DATA, DATA_BYTES, DATA_HVA, true));
        bytes().storeLong(DATA_PFN << 12, 77);
        VirtualProcessor processor = processor(code().move(GeneralRegister.RDI, DATA)
                .load(GeneralRegister.RBX, GeneralRegister.RDI).store(GeneralRegister.RDI, GeneralRegister.RAX)
                .outByte(1).toBytes());

        assertThat(processor.run()).isEqualTo(new Exit.Mmio(DATA, true));
        assertThat(processor.run()).isInstanceOf(Exit.PortWrite.class);
        assertThat(processor.registers().rbx()).isEqualTo(77);
        assertThat(bytes().loadLong(DATA_PFN << 12)).isEqualTo(77);
    }

    @ParameterizedTest
    @CsvSource({"F4, at ring 3 a HLT is refused", "0F0B, never defined", "CC, no interrupt table",
            "48890425000000E0, behind what its page tables map"})
    void whatItsProcessorRefusesEndsTheGuest(String hex, String why) {
        byte[] code = HexFormat.of().parseHex(hex);
        assertThat(processor(code).run()).as(why).isInstanceOf(Exit.Shutdown.class);
    }

    @ParameterizedTest
    @EnumSource(PageSize.class)
    void memoryThatWentIsAFaultAndMemoryThatCameBackIsUsed(PageSize size) {
        addData(size, size.bytes());
        VirtualProcessor processor = processor(code().move(GeneralRegister.RDI, DATA).move(GeneralRegister.RAX, 5)
                .store(GeneralRegister.RDI, GeneralRegister.RAX).outByte(1).move(GeneralRegister.RAX, 6)
                .store(GeneralRegister.RDI, GeneralRegister.RAX).outByte(2).toBytes());
        assertThat(processor.run()).isEqualTo(new Exit.PortWrite(1, 1, 5));
        Registers before = processor.registers();

        space.cut(DATA_HVA, size.bytes());
        bytes().storeLong(DATA_PFN << 12, 99);
        assertThat(processor.run()).isInstanceOf(Exit.Fault.class);
        assertThat(processor.registers().rip()).as("at the store, behind a move of 10 bytes")
                .isEqualTo(before.rip() + 10);
        assertThat(bytes().loadLong(DATA_PFN << 12)).as("no longer the guest's").isEqualTo(99);

        long elsewhere = DATA_PFN + PageSize.SIZE_1G.naturePages();
        space.back(DATA_HVA, elsewhere, size, 1);
        assertThat(processor.run()).isEqualTo(new Exit.PortWrite(2, 1, 6));
        assertThat(bytes().loadLong(elsewhere << 12)).isEqualTo(6);
        assertThat(bytes().loadLong(DATA_PFN << 12)).isEqualTo(99);
    }

    @Test
    void aRunningGuestHasLostTheMemoryWhenTheCallReturns() throws Exception {
        addData(PageSize.SIZE_2M, DATA_BYTES);
        MachineCode code = code().move(GeneralRegister.RDI, DATA);
        int again = code.position();
        code.add(GeneralRegister.RAX, 1).store(GeneralRegister.RDI, GeneralRegister.RAX).jump(again);
        VirtualProcessor processor = processor(code.toBytes());
        CompletableFuture<Exit> exit = start(processor);
        while (bytes().loadLong(DATA_PFN << 12) < 100) {
            Thread.onSpinWait();
        }

        space.cut(DATA_HVA, DATA_BYTES);
        bytes().storeLong(DATA_PFN << 12, -7);
        assertThat(exit.get(30, TimeUnit.SECONDS)).isInstanceOf(Exit.Fault.class);
        assertThat(bytes().loadLong(DATA_PFN << 12)).isEqualTo(-7);
    }

    @Test
    void aBadPageIsToldAtItsOwnAddressAndItsNeighboursStay() {
        addData(PageSize.SIZE_4K, 4 * 4096);
        bench.memory().poison(DATA_PFN + 2);
        space.zap(DATA_HVA + 2 * 4096, 4096);
        FillPattern pattern = new FillPattern(DATA, 4, 3);
        VirtualProcessor processor = processor(pattern.machineCode());

        assertThat(processor.run()).isEqualTo(new Exit.Poison(DATA_HVA + 2 * 4096, 12));
        assertThat(processor.registers().rdi()).isEqualTo(DATA + 2 * 4096);
        assertThat(bytes().loadLong((DATA_PFN + 1 << 12) + 4088)).isEqualTo(pattern.valueOfPage(1));
    }

    @Test
    void aDeletedSlotIsNoMemory() {
        addData(PageSize.SIZE_2M, DATA_BYTES);
        VirtualProcessor processor = processor(code().move(GeneralRegister.RDI, DATA)
                .store(GeneralRegister.RDI, GeneralRegister.RDI).outByte(1)
                .store(GeneralRegister.RDI, GeneralRegister.RDI).toBytes());
        assertThat(processor.run()).isInstanceOf(Exit.PortWrite.class);
        machine.deleteSlot(DATA_SLOT);
        assertThat(machine.slots()).extracting(MemorySlot::slot).containsExactly(0);
        assertThat(processor.run()).isEqualTo(new Exit.Mmio(DATA, true));
        assertErrno(Errno.EINVAL, () -> machine.deleteSlot(DATA_SLOT));
    }

    @ParameterizedTest
    @CsvSource({"-1, 0x40000000, 4096, EINVAL", "509, 0x40000000, 4096, EINVAL", "1, 0x40000001, 4096, EINVAL",
            "1, 0x40000000, 4097, EINVAL", "1, 0x40000000, 0, EINVAL", "1, -4096, 4096, EINVAL",
            "0, 0x40000000, 4096, EEXIST", "1, 0x13000, 8192, EEXIST", "1, 0xF000, 8192, EEXIST",
            "1, 0x7fffc00000, 4096, EINVAL", "1, 0x7fffbff000, 8192, EINVAL", "1, 0x40000000, 16384, EFAULT"})
    void aSlotThatDoesNotFitIsRefused(int number, long guestPhysicalAddress, long bytes, Errno errno) {
        space.area(DATA_HVA, 12288, true);
        assertErrno(errno,
                () -> machine.addSlot(new MemorySlot(number, guestPhysicalAddress, bytes, DATA_HVA, false)));
        assertThat(machine.slots()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(PageSize.class)
    void theDirtyLogHasExactlyThePagesThatWereStoredTo(PageSize size) {
        addData(size, Math.max(size.bytes(), DATA_BYTES));
        assertErrno(Errno.ENOENT, () -> machine.dirtyLog(DATA_SLOT));
        MachineCode code = code().move(GeneralRegister.RDI, DATA).move(GeneralRegister.RBX, 100);
        int again = code.position();
        code.load(GeneralRegister.RAX, GeneralRegister.RDI).store(GeneralRegister.RDI, GeneralRegister.RDI)
                .add(GeneralRegister.RDI, 4096).load(GeneralRegister.RAX, GeneralRegister.RDI)
                .add(GeneralRegister.RDI, 2 * 4096).decrement(GeneralRegister.RBX).jumpIfNotZero(again).outByte(1);
        VirtualProcessor processor = processor(code.toBytes());
        assertThat(processor.run()).as("before anything is logged").isInstanceOf(Exit.PortWrite.class);
        BitSet everyThird = new BitSet();
        for (int page = 0; page < 300; page += 3) {
            everyThird.set(page);
        }

        machine.logDirtyPages(DATA_SLOT, true);
        assertThat(BitSet.valueOf(machine.dirtyLog(DATA_SLOT)).isEmpty()).isTrue();
        for (int round = 0; round < 2; round++) {
            processor.setRegisters(Registers.startingAt(CODE));
            assertThat(processor.run()).isInstanceOf(Exit.PortWrite.class);
            assertThat(BitSet.valueOf(machine.dirtyLog(DATA_SLOT))).as("round " + round).isEqualTo(everyThird);
            assertThat(BitSet.valueOf(machine.dirtyLog(DATA_SLOT)).isEmpty()).as("asked twice").isTrue();
        }
        machine.logDirtyPages(DATA_SLOT, false);
        assertErrno(Errno.ENOENT, () -> machine.dirtyLog(DATA_SLOT));
        processor.setRegisters(Registers.startingAt(CODE));
        assertThat(processor.run()).isInstanceOf(Exit.PortWrite.class);
        assertErrno(Errno.EINVAL, () -> machine.logDirtyPages(7, true));
    }

    @Test
    void noStoreIsMissedByTheDirtyLogWhileItIsRead() throws Exception {
        addData(PageSize.SIZE_2M, DATA_BYTES);
        FillPattern pattern = new FillPattern(DATA, DATA_BYTES >> 12, 5);
        VirtualProcessor processor = processor(pattern.machineCode());
        machine.logDirtyPages(DATA_SLOT, true);
        CompletableFuture<Exit> exit = start(processor);
        BitSet seen = new BitSet();
        while (!exit.isDone()) {
            seen.or(BitSet.valueOf(machine.dirtyLog(DATA_SLOT)));
        }
        assertThat(exit.get()).isInstanceOf(Exit.PortWrite.class);
        seen.or(BitSet.valueOf(machine.dirtyLog(DATA_SLOT)));
        assertThat(seen.cardinality()).isEqualTo((int) (DATA_BYTES >> 12));
    }

    @Test
    void aMovedSlotIsAtItsNewPlaceAlone() {
        addData(PageSize.SIZE_2M, DATA_BYTES);
        long elsewhere = DATA + (1L << 33);
        VirtualProcessor processor = processor(code().move(GeneralRegister.RDI, DATA)
                .move(GeneralRegister.RSI, elsewhere).store(GeneralRegister.RDI, GeneralRegister.RDI).outByte(1)
                .store(GeneralRegister.RDI, GeneralRegister.RSI).store(GeneralRegister.RSI, GeneralRegister.RSI)
                .outByte(2).toBytes());
        assertThat(processor.run()).isInstanceOf(Exit.PortWrite.class);
        assertErrno(Errno.EEXIST, () -> machine.moveSlot(DATA_SLOT, CODE));
        assertErrno(Errno.EINVAL, () -> machine.moveSlot(DATA_SLOT, elsewhere + 1));
        assertErrno(Errno.EINVAL, () -> machine.moveSlot(7, elsewhere));
        machine.moveSlot(DATA_SLOT, elsewhere);

        assertThat(processor.run()).isEqualTo(new Exit.Mmio(DATA, true));
        assertThat(bytes().loadLong(DATA_PFN << 12)).isEqualTo(DATA);
        assertThat(processor.run()).isInstanceOf(Exit.PortWrite.class);
        assertThat(bytes().loadLong(DATA_PFN << 12)).isEqualTo(elsewhere);
        space.cut(DATA_HVA, DATA_BYTES);
        processor.setRegisters(Registers.startingAt(CODE));
        assertThat(processor.run()).isEqualTo(new Exit.Mmio(DATA, true));
        assertThat(processor.run()).isInstanceOf(Exit.PortWrite.class);
        assertThat(processor.run()).isEqualTo(new Exit.Mmio(DATA, true));
        assertThat(processor.run()).as("its notifier follows it").isInstanceOf(Exit.Fault.class);
    }

    @Test
    void theLastPageBelowTheLimitIsMemory() {
        space.area(DATA_HVA, 4096, true);
        space.back(DATA_HVA, DATA_PFN, PageSize.SIZE_4K, 1);
        long last = MemorySlots.guestPhysicalLimit() - 4096;
        machine.addSlot(new MemorySlot(508, last, 4096, DATA_HVA, false));
        VirtualProcessor processor = processor(code().move(GeneralRegister.RDI, last)
                .store(GeneralRegister.RDI, GeneralRegister.RDI).outByte(1).toBytes());
        assertThat(processor.run()).isInstanceOf(Exit.PortWrite.class);
        assertThat(bytes().loadLong(DATA_PFN << 12)).isEqualTo(last);
    }

    @Test
    void twoProcessorsShareTheMemory() throws Exception {
        addData(PageSize.SIZE_2M, DATA_BYTES);
        long half = DATA_BYTES / 2;
        FillPattern low = new FillPattern(DATA, half >> 12, 1);
        FillPattern high = new FillPattern(DATA + half, half >> 12, 2);
        load(high.machineCode(), 4096);
        VirtualProcessor first = processor(low.machineCode());
        VirtualProcessor second = machine.createProcessor();
        second.setRegisters(Registers.startingAt(CODE + 4096));
        CompletableFuture<Exit> one = start(first);
        CompletableFuture<Exit> other = start(second);
        assertThat(one.get(30, TimeUnit.SECONDS)).isInstanceOf(Exit.PortWrite.class);
        assertThat(other.get(30, TimeUnit.SECONDS)).isInstanceOf(Exit.PortWrite.class);
        for (long page = 0; page < half >> 12; page++) {
            assertThat(wordsOf((DATA_PFN + page) * 4096)).containsOnly(low.valueOfPage(page));
            assertThat(wordsOf((DATA_PFN + page) * 4096 + half)).containsOnly(high.valueOfPage(page));
        }
    }

    @Test
    void aProcessorBelongsToOneThreadAndACloseEndsItsRun() throws Exception {
        MachineCode code = code().move(GeneralRegister.RDI, CODE + 4096).move(GeneralRegister.RAX, 1);
        int again = code.position();
        code.store(GeneralRegister.RDI, GeneralRegister.RAX).jump(again);
        VirtualProcessor processor = processor(code.toBytes());
        CompletableFuture<Exit> exit = start(processor);
        while (bytes().loadLong((CODE_PFN << 12) + 4096) == 0) {
            Thread.onSpinWait();
        }
        assertErrno(Errno.EBUSY, processor::run);
        assertErrno(Errno.EBUSY, processor::registers);

        machine.close();
        assertThatThrownBy(() -> exit.get(30, TimeUnit.SECONDS)).isInstanceOf(ExecutionException.class).cause()
                .isInstanceOfSatisfying(ErrnoException.class,
                        ended -> assertThat(ended.errno()).isEqualTo(Errno.ENODEV));
        assertEnded(processor);
        assertThat(space.registered()).as("notifiers left behind").isZero();
    }

    @Test
    void theEndOfItsTaskIsTheEndOfTheMachine() {
        VirtualProcessor processor = processor(code().outByte(1).toBytes());
        assertThat(bench.hypervisor().machines()).contains(machine);
        space.exit();
        assertEnded(processor);
        assertThat(machine.endReason().orElseThrow()).contains("task");
    }

    private void assertEnded(VirtualProcessor processor) {
        assertThat(machine.endReason()).isPresent();
        assertThat(bench.hypervisor().machines()).doesNotContain(machine);
        assertErrno(Errno.ENODEV, processor::run);
        assertErrno(Errno.ENODEV, processor::registers);
        assertErrno(Errno.ENODEV, () -> machine.deleteSlot(0));
        assertErrno(Errno.ENODEV, machine::createProcessor);
    }

    private CompletableFuture<Exit> start(VirtualProcessor processor) {
        return CompletableFuture.supplyAsync(processor::run, threads);
    }

    private long[] wordsOf(long physicalAddress) {
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
