package org.dmemfs.kvm.hostkvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Objects;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.kernel.SeriesVersion;
import org.dmemfs.kvm.Exit;
import org.dmemfs.kvm.GeneralRegister;
import org.dmemfs.kvm.MachineCode;
import org.dmemfs.kvm.MappedEntries;
import org.dmemfs.kvm.MemorySlot;
import org.dmemfs.kvm.VirtualProcessor;
import org.dmemfs.kvm.kit.Bench;
import org.dmemfs.kvm.kit.GuestContract;
import org.dmemfs.linux.HostKvm;
import org.dmemfs.tracing.KernelLog;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostKvmGuestTest extends GuestContract {
    private final KernelLog log = new KernelLog();
    private @Nullable HostKvmHypervisor hypervisor;
    private @Nullable WindowMemory memory;

    @Override
    protected Bench bench() {
        HostKvm kvm = Host.kvm();
        assumeTrue(kvm != null, "/dev/kvm of this host makes no machine");
        WindowMemory ram = new WindowMemory(Host.memory(), Host.memory().createSparse("guest-ram", 3L << 30));
        HostKvmHypervisor made = new HostKvmHypervisor(ram, Objects.requireNonNull(kvm), Host.memory(), log,
                SeriesVersion.REPAIRED);
        memory = ram;
        hypervisor = made;
        return new Bench(made, ram);
    }

    @AfterEach
    void giveBack() {
        if (hypervisor != null) {
            hypervisor.stop();
        }
        if (memory != null) {
            memory.close();
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
    void whatTheHostsKernelDoesItselfIsNotSupported() {
        assertErrno(Errno.EOPNOTSUPP, () -> machine().createProcessor().enableStealTime(CODE));
        assertErrno(Errno.EOPNOTSUPP, () -> machine().mapGuestPage(CODE));
    }

    @Test
    void theStopOfItsKindEndsTheMachine() {
        HostKvmHypervisor stopped = Objects.requireNonNull(hypervisor);
        stopped.stop();
        assertThat(machine().endReason().orElseThrow()).contains("host-kvm");
        assertErrno(Errno.ENODEV, () -> machine().slots());
        assertErrno(Errno.ENODEV, () -> stopped.create("late", space()));
        assertThat(log.lines()).anySatisfy(line -> assertThat(line.text()).contains("machine guest ended"));
        assertThat(space().registered()).isZero();
    }
}
