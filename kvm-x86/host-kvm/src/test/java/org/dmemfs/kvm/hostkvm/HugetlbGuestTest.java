package org.dmemfs.kvm.hostkvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.kvm.Exit;
import org.dmemfs.kvm.GeneralRegister;
import org.dmemfs.kvm.MachineCode;
import org.dmemfs.kvm.MemorySlot;
import org.dmemfs.kvm.Registers;
import org.dmemfs.kvm.VirtualProcessor;
import org.dmemfs.kvm.kit.Bench;
import org.dmemfs.kvm.kit.GuestContract;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What guests do, on huge pages of the host. */
class HugetlbGuestTest extends GuestContract {
    private static @Nullable BorrowedHugePages pages;

    private @Nullable HostBench host;

    @BeforeAll
    static void borrow() {
        pages = BorrowedHugePages.take(HugetlbMemory.PAGES);
    }

    @AfterAll
    static void returnThem() {
        if (pages != null) {
            pages.close();
        }
    }

    @Override
    protected PageSize smallestPage() {
        return HostBench.hugePage();
    }

    @Override
    protected PageSize largestPage() {
        return HostBench.hugePage();
    }

    @Override
    protected Bench bench() {
        HostBench made = HostBench.hugetlb();
        host = made;
        return made.bench();
    }

    @ParameterizedTest(name = "{0} frames behind a huge page")
    @ValueSource(ints = {1, 511})
    void smallDpagesThatAreNoWholeHugePageAreRefusedAndNothingOfThemIsLeft(int frames) {
        long bytes = HostBench.hugePage().bytes();
        MemorySlot slot = new MemorySlot(DATA_SLOT, DATA, bytes, DATA_HVA, false);
        space().area(DATA_HVA, bytes, true);
        space().back(DATA_HVA, DATA_PFN + frames, PageSize.SIZE_4K, bytes >> 12);
        List<MemorySlot> before = machine().slots();

        assertThatThrownBy(() -> machine().addSlot(slot)).isInstanceOfSatisfying(ErrnoException.class, refused -> {
            assertThat(refused.errno()).isEqualTo(Errno.EINVAL);
            assertThat(refused).hasMessageContaining("are not whole pages of " + HostBench.hugePage().label());
        });
        assertThat(machine().slots()).isEqualTo(before);

        space().back(DATA_HVA, DATA_PFN, PageSize.SIZE_4K, bytes >> 12);
        space().zap(DATA_HVA, bytes);
        machine().addSlot(slot);
        VirtualProcessor processor = processor(code().move(GeneralRegister.RDI, DATA + bytes - 8)
                .move(GeneralRegister.RAX, 7).store(GeneralRegister.RDI, GeneralRegister.RAX).outByte(1).toBytes());
        assertThat(processor.run()).isInstanceOf(Exit.PortWrite.class);
        assertThat(bytes().loadLong((DATA_PFN << 12) + bytes - 8)).isEqualTo(7);
    }

    @Test
    void aBadFrameTakesItsWholeHugePageFromTheGuestAndNoOther() {
        long page = HostBench.hugePage().bytes();
        addData(HostBench.hugePage(), 2 * page);
        MachineCode store = code().move(GeneralRegister.RDI, DATA + 6 * 4096).store(GeneralRegister.RDI,
                GeneralRegister.RAX);
        VirtualProcessor processor = processor(store.outByte(1).toBytes());
        assertThat(processor.run()).isInstanceOf(Exit.PortWrite.class);

        memory().poison(DATA_PFN + 5);
        space().back(DATA_HVA, DATA_PFN, PageSize.SIZE_4K, page >> 12);
        space().zap(DATA_HVA, page);
        processor.setRegisters(Registers.startingAt(CODE));
        assertThat(processor.run()).as("a store to the good page behind it")
                .isEqualTo(new Exit.Poison(DATA_HVA, HostBench.hugePage().shift()));

        load(code().move(GeneralRegister.RDI, DATA + page).store(GeneralRegister.RDI, GeneralRegister.RAX).outByte(2)
                .toBytes(), 0);
        processor.setRegisters(Registers.startingAt(CODE));
        assertThat(processor.run()).isEqualTo(new Exit.PortWrite(2, 1, 0));
    }

    @AfterEach
    void giveBack() {
        if (host != null) {
            host.close();
        }
    }
}
