package org.dmemfs.kvm.kit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.concurrent.CompletableFuture;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.kvm.Exit;
import org.dmemfs.kvm.FillPattern;
import org.dmemfs.kvm.GeneralRegister;
import org.dmemfs.kvm.MachineCode;
import org.dmemfs.kvm.MemorySlot;
import org.dmemfs.kvm.MemorySlots;
import org.dmemfs.kvm.Registers;
import org.dmemfs.kvm.VirtualProcessor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What every kind of guest makes of its slots: where they are, what may be stored to, and what was. */
public abstract class SlotContract extends GuestKit {
    @Test
    void aDeletedSlotIsNoMemory() {
        addData(PageSize.SIZE_2M, DATA_BYTES);
        VirtualProcessor processor = processor(code().move(GeneralRegister.RDI, DATA)
                .store(GeneralRegister.RDI, GeneralRegister.RDI).outByte(1)
                .store(GeneralRegister.RDI, GeneralRegister.RDI).toBytes());
        assertThat(processor.run()).isInstanceOf(Exit.PortWrite.class);
        machine().deleteSlot(DATA_SLOT);
        assertThat(machine().slots()).extracting(MemorySlot::slot).containsExactly(0);
        assertThat(processor.run()).isEqualTo(new Exit.Mmio(DATA, true));
        assertErrno(Errno.EINVAL, () -> machine().deleteSlot(DATA_SLOT));
    }

    @ParameterizedTest
    @CsvSource({"-1, 0x40000000, 4096, EINVAL", "509, 0x40000000, 4096, EINVAL", "1, 0x40000001, 4096, EINVAL",
            "1, 0x40000000, 4097, EINVAL", "1, 0x40000000, 0, EINVAL", "1, -4096, 4096, EINVAL",
            "0, 0x40000000, 4096, EEXIST", "1, 0x13000, 8192, EEXIST", "1, 0xF000, 8192, EEXIST",
            "1, 0x7fffc00000, 4096, EINVAL", "1, 0x7fffbff000, 8192, EINVAL", "1, 0x40000000, 16384, EFAULT"})
    void aSlotThatDoesNotFitIsRefused(int number, long guestPhysicalAddress, long bytes, Errno errno) {
        space().area(DATA_HVA, 12288, true);
        assertErrno(errno,
                () -> machine().addSlot(new MemorySlot(number, guestPhysicalAddress, bytes, DATA_HVA, false)));
        assertThat(machine().slots()).hasSize(1);
    }

    /** Whether a page that was read may be in the log too: a host that has huge pages maps them writable at once. */
    protected boolean logsReads() {
        return false;
    }

    @ParameterizedTest
    @EnumSource(PageSize.class)
    void theDirtyLogHasExactlyThePagesThatWereStoredTo(PageSize size) {
        assumeLendable(size);
        addData(size, Math.max(size.bytes(), DATA_BYTES));
        assertErrno(Errno.ENOENT, () -> machine().dirtyLog(DATA_SLOT));
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

        machine().logDirtyPages(DATA_SLOT, true);
        assertThat(BitSet.valueOf(machine().dirtyLog(DATA_SLOT)).isEmpty()).isTrue();
        for (int round = 0; round < 2; round++) {
            processor.setRegisters(Registers.startingAt(CODE));
            assertThat(processor.run()).isInstanceOf(Exit.PortWrite.class);
            BitSet logged = BitSet.valueOf(machine().dirtyLog(DATA_SLOT));
            BitSet missed = (BitSet) everyThird.clone();
            missed.andNot(logged);
            assertThat(missed.isEmpty()).as("round %d, stores missed: %s", round, missed).isTrue();
            logged.andNot(everyThird);
            assertThat(logged.stream().filter(page -> !logsReads() || page % 3 != 1))
                    .as("round %d, pages that were not stored to", round).isEmpty();
            assertThat(BitSet.valueOf(machine().dirtyLog(DATA_SLOT)).isEmpty()).as("asked twice").isTrue();
        }
        machine().logDirtyPages(DATA_SLOT, false);
        assertErrno(Errno.ENOENT, () -> machine().dirtyLog(DATA_SLOT));
        processor.setRegisters(Registers.startingAt(CODE));
        assertThat(processor.run()).isInstanceOf(Exit.PortWrite.class);
        assertErrno(Errno.EINVAL, () -> machine().logDirtyPages(7, true));
    }

    @Test
    void noStoreIsMissedByTheDirtyLogWhileItIsRead() throws Exception {
        addData(PageSize.SIZE_2M, DATA_BYTES);
        FillPattern pattern = new FillPattern(DATA, DATA_BYTES >> 12, 5);
        VirtualProcessor processor = processor(pattern.machineCode());
        machine().logDirtyPages(DATA_SLOT, true);
        CompletableFuture<Exit> exit = start(processor);
        BitSet seen = new BitSet();
        while (!exit.isDone()) {
            seen.or(BitSet.valueOf(machine().dirtyLog(DATA_SLOT)));
        }
        assertThat(exit.get()).isInstanceOf(Exit.PortWrite.class);
        seen.or(BitSet.valueOf(machine().dirtyLog(DATA_SLOT)));
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
        assertErrno(Errno.EEXIST, () -> machine().moveSlot(DATA_SLOT, CODE));
        assertErrno(Errno.EINVAL, () -> machine().moveSlot(DATA_SLOT, elsewhere + 1));
        assertErrno(Errno.EINVAL, () -> machine().moveSlot(7, elsewhere));
        machine().moveSlot(DATA_SLOT, elsewhere);

        assertThat(processor.run()).isEqualTo(new Exit.Mmio(DATA, true));
        assertThat(bytes().loadLong(DATA_PFN << 12)).isEqualTo(DATA);
        assertThat(processor.run()).isInstanceOf(Exit.PortWrite.class);
        assertThat(bytes().loadLong(DATA_PFN << 12)).isEqualTo(elsewhere);
        space().cut(DATA_HVA, DATA_BYTES);
        processor.setRegisters(Registers.startingAt(CODE));
        assertThat(processor.run()).isEqualTo(new Exit.Mmio(DATA, true));
        assertThat(processor.run()).isInstanceOf(Exit.PortWrite.class);
        assertThat(processor.run()).isEqualTo(new Exit.Mmio(DATA, true));
        assertThat(processor.run()).as("its notifier follows it").isInstanceOf(Exit.Fault.class);
    }

    @Test
    void theLastPageBelowTheLimitIsMemory() {
        space().area(DATA_HVA, 4096, true);
        space().back(DATA_HVA, DATA_PFN, PageSize.SIZE_4K, 1);
        long last = MemorySlots.guestPhysicalLimit() - 4096;
        machine().addSlot(new MemorySlot(508, last, 4096, DATA_HVA, false));
        VirtualProcessor processor = processor(code().move(GeneralRegister.RDI, last)
                .store(GeneralRegister.RDI, GeneralRegister.RDI).outByte(1).toBytes());
        assertThat(processor.run()).isInstanceOf(Exit.PortWrite.class);
        assertThat(bytes().loadLong(DATA_PFN << 12)).isEqualTo(last);
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
        space().area(DATA_HVA, DATA_BYTES, true);
        space().back(DATA_HVA, DATA_PFN, PageSize.SIZE_2M, 2);
        machine().addSlot(new MemorySlot(DATA_SLOT, DATA, DATA_BYTES, DATA_HVA, true));
        bytes().storeLong(DATA_PFN << 12, 77);
        VirtualProcessor processor = processor(code().move(GeneralRegister.RDI, DATA)
                .load(GeneralRegister.RBX, GeneralRegister.RDI).store(GeneralRegister.RDI, GeneralRegister.RAX)
                .outByte(1).toBytes());

        assertThat(processor.run()).isEqualTo(new Exit.Mmio(DATA, true));
        assertThat(processor.run()).isInstanceOf(Exit.PortWrite.class);
        assertThat(processor.registers().rbx()).isEqualTo(77);
        assertThat(bytes().loadLong(DATA_PFN << 12)).isEqualTo(77);
    }
}
