package org.dmemfs.kvm.tdp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.kernel.SeriesVersion;
import org.dmemfs.kvm.Exit;
import org.dmemfs.kvm.MemorySlot;
import org.dmemfs.kvm.Registers;
import org.dmemfs.kvm.VirtualMachine;
import org.dmemfs.kvm.VirtualProcessor;
import org.dmemfs.kvm.kit.ScriptedAddressSpace;
import org.dmemfs.reserve.PhysicalMemory;
import org.dmemfs.tracing.KernelLog;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Patch 33: steal time, and the hypervisor's own way to a guest's page, by series and by what the frame is. */
class StealTimeTest {
    private static final long RAM = 0x200;
    private static final long DMEM = 1L << 18;
    private static final long HVA = 0x7100_0000_0000L;
    private static final long RECORD = 4096 + 64;

    private final PhysicalMemory memory = SmallHost.memory();
    private final AtomicLong runDelay = new AtomicLong(50_000);

    private VirtualMachine machine(SeriesVersion series, String without, long recordPfn) {
        Set<Integer> patches = without.isEmpty()
                ? Set.of()
                : Arrays.stream(without.split(" ")).map(Integer::valueOf).collect(Collectors.toSet());
        ScriptedAddressSpace space = new ScriptedAddressSpace(memory.poisoned());
        space.area(HVA, 8192, true);
        space.back(HVA, RAM, PageSize.SIZE_4K, 1);
        space.back(HVA + 4096, recordPfn, PageSize.SIZE_4K, 1);
        VirtualMachine machine = new TdpHypervisor(memory, SmallHost.reservation(), new DmemFrames(),
                new KernelLog(), series, patches, runDelay::get).create("guest", space);
        machine.addSlot(new MemorySlot(0, 0, 8192, HVA, false));
        // out 1, al; jmp to it
        memory.bytes().storeLong(RAM << 12, 0xFCEB01E6L);
        return machine;
    }

    @ParameterizedTest(name = "{0} without [{1}], record in {2}: {3} ns")
    @CsvSource({"REPAIRED, '', DMEM, 7000", "REPAIRED, '', RAM, 7000", "V2, '', DMEM, 7000", "V2, '', RAM, 7000",
            "V1, '', DMEM, 0", "V1, '', RAM, 0", "V2, 33, DMEM, 0", "V2, 33, RAM, 7000", "V1, 33, RAM, 7000",
            "V1, 33, DMEM, 0"})
    void whatAGuestSeesOfTheTimeItsThreadWaited(SeriesVersion series, String without, String kind, long nanoseconds) {
        long pfn = kind.equals("RAM") ? RAM + 1 : DMEM;
        try (VirtualMachine machine = machine(series, without, pfn)) {
            VirtualProcessor processor = machine.createProcessor();
            processor.enableStealTime(RECORD);
            assertThat(processor.run()).isInstanceOf(Exit.PortWrite.class);
            runDelay.addAndGet(7000);
            processor.run();
            assertThat(memory.bytes().loadLong((pfn << 12) + 64)).isEqualTo(nanoseconds);
            assertThat(memory.bytes().loadLong((pfn << 12) + 72)).as("version: even, up by 2 a time")
                    .isEqualTo(nanoseconds == 0 ? 0 : 4);
        }
    }

    @ParameterizedTest(name = "{0} without [{1}]: a frame of {2}")
    @CsvSource({"REPAIRED, '', RAM, ", "REPAIRED, '', DMEM, ", "V2, '', DMEM, ", "V2, 33, DMEM, EINVAL",
            "V1, '', DMEM, EINVAL", "V1, '', RAM, ", "REPAIRED, '', SET_ASIDE, EINVAL", "V2, 33, RAM, "})
    void whatTheHypervisorReachesOfAGuest(SeriesVersion series, String without, String kind, Errno refused) {
        long pfn = switch (kind) {
            case "RAM" -> RAM + 1;
            case "DMEM" -> DMEM;
            default -> 3L << 18;
        };
        try (VirtualMachine machine = machine(series, without, pfn)) {
            if (refused == null) {
                assertThat(machine.mapGuestPage(RECORD)).isEqualTo(pfn << 12);
            } else {
                assertThatThrownBy(() -> machine.mapGuestPage(RECORD)).isInstanceOfSatisfying(ErrnoException.class,
                        failure -> assertThat(failure.errno()).isEqualTo(refused));
            }
        }
    }

    @Test
    void aRecordThatDoesNotFitIsRefusedAndOneWithoutMemoryIsLeftOut() {
        try (VirtualMachine machine = machine(SeriesVersion.REPAIRED, "", DMEM)) {
            VirtualProcessor processor = machine.createProcessor();
            assertThatThrownBy(() -> processor.enableStealTime(RECORD + 1))
                    .isInstanceOfSatisfying(ErrnoException.class,
                            failure -> assertThat(failure.errno()).isEqualTo(Errno.EINVAL));
            processor.enableStealTime(1L << 30);
            processor.setRegisters(Registers.startingAt(0));
            assertThat(processor.run()).isInstanceOf(Exit.PortWrite.class);
            assertThatThrownBy(() -> machine.mapGuestPage(1L << 30)).isInstanceOfSatisfying(ErrnoException.class,
                    failure -> assertThat(failure.errno()).isEqualTo(Errno.EINVAL));
        }
    }
}
