package org.dmemfs.kvm.hostkvm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.kvm.Exit;
import org.dmemfs.kvm.GeneralRegister;
import org.dmemfs.kvm.MachineCode;
import org.dmemfs.kvm.MappedEntries;
import org.dmemfs.kvm.MemorySlot;
import org.dmemfs.kvm.VirtualProcessor;
import org.dmemfs.kvm.kit.Bench;
import org.dmemfs.kvm.kit.GuestContract;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostKvmGuestTest extends GuestContract {
    private @Nullable HostBench host;

    @Override
    protected Bench bench() {
        HostBench made = HostBench.sparse();
        host = made;
        return made.bench();
    }

    @AfterEach
    void giveBack() {
        if (host != null) {
            host.close();
        }
    }

    @ParameterizedTest
    @CsvSource({"SIZE_4K, 4, 516, 0, 0, 515", "SIZE_2M, 2097152, 4, 1, 0, 4", "SIZE_1G, 1073741824, 4, 0, 1, 4"})
    void theWindowHasTheWholeSlotAtOnceAndLosesWhatIsRevoked(PageSize size, long bytes, long of4K, long of2M,
            long of1G, long left) {
        addData(size, Math.max(bytes, 2L << 20));
        assertThat(machine().mappedEntries()).as("with four 4K entries for the code")
                .isEqualTo(new MappedEntries(of4K, of2M, of1G));
        space().zap(DATA_HVA, size.bytes());
        assertThat(machine().mappedEntries()).isEqualTo(new MappedEntries(left, 0, 0));
    }

    @Test
    void aMappingThatTheTaskMayOnlyReadIsAFaultToStores() {
        space().area(DATA_HVA, DATA_BYTES, false);
        space().back(DATA_HVA, DATA_PFN, PageSize.SIZE_2M, 2);
        machine().addSlot(new MemorySlot(1, DATA, DATA_BYTES, DATA_HVA, false));
        VirtualProcessor processor = processor(new MachineCode().move(GeneralRegister.RDI, DATA)
                .store(GeneralRegister.RDI, GeneralRegister.RDI).outByte(1).toBytes());
        assertThat(processor.run()).isInstanceOf(Exit.Fault.class);
        assertThat(bytes().loadLong(DATA_PFN << 12)).isZero();
    }

    @Test
    void theHostsKernelWritesTheStealTimeIntoTheSlot() {
        VirtualProcessor processor = processor(new MachineCode().outByte(1).toBytes());
        long record = CODE_BYTES - 64;
        assertErrno(Errno.EINVAL, () -> processor.enableStealTime(CODE + record + 8));
        assertErrno(Errno.EINVAL, () -> processor.enableStealTime(DATA));
        try {
            processor.enableStealTime(CODE + record);
        } catch (ErrnoException refused) {
            assertThat(refused.errno()).isEqualTo(Errno.EOPNOTSUPP);
            Assumptions.abort(refused.getMessage());
        }
        assertThat(processor.run()).isInstanceOf(Exit.PortWrite.class);
        long version = bytes().loadLong((CODE_PFN << 12) + record + 8) & 0xffff_ffffL;
        assertThat(version).as("the version of the record").isPositive().isEven();
    }

    @Test
    void pagesOfARealGuestAreMappedByTheHostsKernel() {
        assertErrno(Errno.EOPNOTSUPP, () -> machine().mapGuestPage(CODE));
    }

    @Test
    void theStopOfItsKindEndsTheMachine() {
        HostBench stopped = Objects.requireNonNull(host);
        stopped.hypervisor().stop();
        assertThat(machine().endReason().orElseThrow()).contains("host-kvm");
        assertErrno(Errno.ENODEV, () -> machine().slots());
        assertErrno(Errno.ENODEV, () -> stopped.hypervisor().create("late", space()));
        assertThat(stopped.log().lines()).anySatisfy(line -> assertThat(line.text()).contains("machine guest ended"));
        assertThat(space().registered()).isZero();
    }
}
