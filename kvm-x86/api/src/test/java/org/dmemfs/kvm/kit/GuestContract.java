package org.dmemfs.kvm.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.kvm.Exit;
import org.dmemfs.kvm.FillPattern;
import org.dmemfs.kvm.GeneralRegister;
import org.dmemfs.kvm.MachineCode;
import org.dmemfs.kvm.MemorySlot;
import org.dmemfs.kvm.Registers;
import org.dmemfs.kvm.VirtualProcessor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What every kind of guest does with the same machine code: exits, registers and every byte are the same. */
public abstract class GuestContract extends GuestKit {
    @Test
    void registersStartAtZeroAndAreReadBack() {
        VirtualProcessor processor = machine().createProcessor();
        assertThat(processor.registers()).isEqualTo(Registers.startingAt(0));
        Registers set = new Registers(-1, 2, 3, 4, 5, 6, 7);
        processor.setRegisters(set);
        assertThat(processor.registers()).isEqualTo(set);
    }

    @ParameterizedTest
    @EnumSource(PageSize.class)
    void aPatternFillsEveryByteWhateverThePageSize(PageSize size) {
        assumeLendable(size);
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
        PageSize size = smallestPage();
        long page = size.bytes();
        long low = DATA_PFN + 7 * size.naturePages() << 12;
        long high = DATA_PFN + 3 * size.naturePages() << 12;
        space().area(DATA_HVA, 2 * page, true);
        space().back(DATA_HVA, low >> 12, size, 1);
        space().back(DATA_HVA + page, high >> 12, size, 1);
        machine().addSlot(new MemorySlot(DATA_SLOT, DATA, 2 * page, DATA_HVA, false));
        VirtualProcessor processor = processor(code().move(GeneralRegister.RDI, DATA + page - 3)
                .move(GeneralRegister.RAX, 0x0807_0605_0403_0201L).store(GeneralRegister.RDI, GeneralRegister.RAX)
                .load(GeneralRegister.RBX, GeneralRegister.RDI).outByte(1).toBytes());

        processor.run();
        assertThat(processor.registers().rbx()).isEqualTo(0x0807_0605_0403_0201L);
        assertThat(bytes().loadLong(low + page - 8)).isEqualTo(0x0302_0100_0000_0000L);
        assertThat(bytes().loadLong(high)).isEqualTo(0x08_0706_0504L);
    }

    @ParameterizedTest
    @CsvSource({"F4, at ring 3 a HLT is refused", "0F0B, never defined", "CC, no interrupt table",
            "48890425000000E0, behind what its page tables map"})
    void whatItsProcessorRefusesEndsTheGuest(String hex, String why) {
        byte[] code = HexFormat.of().parseHex(hex);
        assertThat(processor(code).run()).as(why).isInstanceOf(Exit.Shutdown.class);
    }

    @Test
    void anInstructionThatTheOneBeforeItWroteIsRunAsWritten() {
        byte[] before = HexFormat.of().parseHex("B001909090909090");
        long after = Long.reverseBytes(0xB002_9090_9090_9090L);
        byte[] head = code().move(GeneralRegister.RDI, CODE + 23).move(GeneralRegister.RAX, after)
                .store(GeneralRegister.RDI, GeneralRegister.RAX).toBytes();
        assertThat(head).as("what the store writes to stands right behind it").hasSize(23);
        VirtualProcessor processor = processor(join(head, before, code().outByte(1).toBytes()));

        assertThat(processor.run()).isEqualTo(new Exit.PortWrite(1, 1, 2));
    }

    @Test
    void whatStandsBeforeAnUnknownInstructionIsRun() {
        addData(PageSize.SIZE_2M, DATA_BYTES);
        byte[] head = code().move(GeneralRegister.RDI, DATA).move(GeneralRegister.RAX, 7)
                .store(GeneralRegister.RDI, GeneralRegister.RAX).toBytes();
        VirtualProcessor processor = processor(join(head, HexFormat.of().parseHex("CC")));

        assertThat(processor.run()).isInstanceOf(Exit.Shutdown.class);
        assertThat(bytes().loadLong(DATA_PFN << 12)).isEqualTo(7);
    }

    @ParameterizedTest
    @CsvSource({"1, an instruction in two pages", "8, and its last bytes",
            "10, an instruction that ends with its page"})
    void codeGoesOnFromPageToPage(int inFirstPage, String what) {
        byte[] code = code().move(GeneralRegister.RBX, 5).move(GeneralRegister.RAX, 6).outByte(1).toBytes();
        long start = CODE + 4096 - inFirstPage;
        load(code, 4096 - inFirstPage);
        VirtualProcessor processor = machine().createProcessor();
        processor.setRegisters(Registers.startingAt(start));

        assertThat(processor.run()).as(what).isEqualTo(new Exit.PortWrite(1, 1, 6));
        assertThat(processor.registers()).isEqualTo(new Registers(6, 5, 0, 0, 0, 0, start + 22));
    }

    @Test
    void codeThatEndsWithTheMemoryOfTheMachineFetchesNothingBehindIt() {
        byte[] code = code().move(GeneralRegister.RAX, 6).outByte(1).toBytes();
        byte[] exact = Arrays.copyOf(code, 12);
        load(exact, CODE_BYTES - exact.length);
        VirtualProcessor processor = machine().createProcessor();
        processor.setRegisters(Registers.startingAt(CODE + CODE_BYTES - exact.length));

        assertThat(processor.run()).isEqualTo(new Exit.PortWrite(1, 1, 6));
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            joined.writeBytes(part);
        }
        return joined.toByteArray();
    }

    @ParameterizedTest
    @EnumSource(PageSize.class)
    void memoryThatWentIsAFaultAndMemoryThatCameBackIsUsed(PageSize size) {
        assumeLendable(size);
        addData(size, size.bytes());
        VirtualProcessor processor = processor(code().move(GeneralRegister.RDI, DATA).move(GeneralRegister.RAX, 5)
                .store(GeneralRegister.RDI, GeneralRegister.RAX).outByte(1).move(GeneralRegister.RAX, 6)
                .store(GeneralRegister.RDI, GeneralRegister.RAX).outByte(2).toBytes());
        assertThat(processor.run()).isEqualTo(new Exit.PortWrite(1, 1, 5));
        Registers before = processor.registers();

        space().cut(DATA_HVA, size.bytes());
        bytes().storeLong(DATA_PFN << 12, 99);
        assertThat(processor.run()).isInstanceOf(Exit.Fault.class);
        assertThat(processor.registers().rip()).as("at the store, behind a move of 10 bytes")
                .isEqualTo(before.rip() + 10);
        assertThat(bytes().loadLong(DATA_PFN << 12)).as("no longer the guest's").isEqualTo(99);

        long elsewhere = DATA_PFN + PageSize.SIZE_1G.naturePages();
        space().back(DATA_HVA, elsewhere, size, 1);
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

        space().cut(DATA_HVA, DATA_BYTES);
        bytes().storeLong(DATA_PFN << 12, -7);
        assertThat(exit.get(30, TimeUnit.SECONDS)).isInstanceOf(Exit.Fault.class);
        assertThat(bytes().loadLong(DATA_PFN << 12)).isEqualTo(-7);
    }

    @Test
    void aBadPageIsToldAtItsOwnAddressAndItsNeighboursStay() {
        assumeLendable(PageSize.SIZE_4K);
        addData(PageSize.SIZE_4K, 4 * 4096);
        memory().poison(DATA_PFN + 2);
        space().zap(DATA_HVA + 2 * 4096, 4096);
        FillPattern pattern = new FillPattern(DATA, 4, 3);
        VirtualProcessor processor = processor(pattern.machineCode());

        assertThat(processor.run()).isEqualTo(new Exit.Poison(DATA_HVA + 2 * 4096, 12));
        assertThat(processor.registers().rdi()).isEqualTo(DATA + 2 * 4096);
        assertThat(bytes().loadLong((DATA_PFN + 1 << 12) + 4088)).isEqualTo(pattern.valueOfPage(1));
    }

    @Test
    void twoProcessorsShareTheMemory() throws Exception {
        addData(PageSize.SIZE_2M, DATA_BYTES);
        long half = DATA_BYTES / 2;
        FillPattern low = new FillPattern(DATA, half >> 12, 1);
        FillPattern high = new FillPattern(DATA + half, half >> 12, 2);
        load(high.machineCode(), 4096);
        VirtualProcessor first = processor(low.machineCode());
        VirtualProcessor second = machine().createProcessor();
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

        machine().close();
        assertThatThrownBy(() -> exit.get(30, TimeUnit.SECONDS)).isInstanceOf(ExecutionException.class).cause()
                .isInstanceOfSatisfying(ErrnoException.class,
                        ended -> assertThat(ended.errno()).isEqualTo(Errno.ENODEV));
        assertEnded(processor);
        assertThat(space().registered()).as("notifiers left behind").isZero();
    }

    @Test
    void theEndOfItsTaskIsTheEndOfTheMachine() {
        VirtualProcessor processor = processor(code().outByte(1).toBytes());
        assertThat(hypervisor().machines()).contains(machine());
        space().exit();
        assertEnded(processor);
        assertThat(machine().endReason().orElseThrow()).contains("task");
    }

    private void assertEnded(VirtualProcessor processor) {
        assertThat(machine().endReason()).isPresent();
        assertThat(hypervisor().machines()).doesNotContain(machine());
        assertErrno(Errno.ENODEV, processor::run);
        assertErrno(Errno.ENODEV, processor::registers);
        assertErrno(Errno.ENODEV, () -> machine().deleteSlot(0));
        assertErrno(Errno.ENODEV, machine()::createProcessor);
    }
}
