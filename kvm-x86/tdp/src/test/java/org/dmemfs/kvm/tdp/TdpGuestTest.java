package org.dmemfs.kvm.tdp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.kernel.SeriesVersion;
import org.dmemfs.kvm.Exit;
import org.dmemfs.kvm.GeneralRegister;
import org.dmemfs.kvm.MachineCode;
import org.dmemfs.kvm.MappedEntries;
import org.dmemfs.kvm.Registers;
import org.dmemfs.kvm.VirtualProcessor;
import org.dmemfs.kvm.kit.Bench;
import org.dmemfs.kvm.kit.GuestContract;
import org.dmemfs.linux.MissingFacility;
import org.dmemfs.reserve.PhysicalMemory;
import org.dmemfs.tracing.KernelLog;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TdpGuestTest extends GuestContract {
    private final KernelLog log = new KernelLog();
    private final PhysicalMemory memory = SmallHost.memory();
    private final TdpHypervisor hypervisor = new TdpHypervisor(memory, SmallHost.reservation(), new DmemFrames(), log,
            SeriesVersion.REPAIRED, Set.of(), new AtomicLong()::get);

    @Override
    protected Bench bench() {
        return new Bench(hypervisor, memory);
    }

    private VirtualProcessor storer() {
        return processor(new MachineCode().move(GeneralRegister.RDI, DATA).move(GeneralRegister.RAX, 9)
                .store(GeneralRegister.RDI, GeneralRegister.RAX).outByte(1).toBytes());
    }

    @Test
    void itSaysWhyGuestsAreInterpreted() {
        assertThat(hypervisor.reason()).isEqualTo("interpreted");
        MissingFacility missing = new MissingFacility("HostKvm", Errno.ENOENT, "/dev/kvm is not there");
        assertThat(new TdpHypervisor(memory, SmallHost.reservation(), new DmemFrames(), log, SeriesVersion.REPAIRED,
                Set.of(), new AtomicLong()::get, missing).reason())
                .isEqualTo("interpreted, as the host runs no guests: ENOENT, /dev/kvm is not there");
    }

    @ParameterizedTest
    @CsvSource({"SIZE_4K, 2, 0, 0", "SIZE_2M, 1, 1, 0", "SIZE_1G, 1, 0, 1"})
    void oneStoreOneEntryOfTheSizeThatTheAddressSpaceHas(PageSize size, long of4K, long of2M, long of1G) {
        addData(size, size.bytes());
        storer().run();
        assertThat(machine().mappedEntries()).as("with one 4K entry for the code")
                .isEqualTo(new MappedEntries(of4K, of2M, of1G));
        space().zap(DATA_HVA + 4096, 1);
        assertThat(machine().mappedEntries()).as("a part of a huge entry takes it whole")
                .isEqualTo(new MappedEntries(size == PageSize.SIZE_4K ? 2 : 1, 0, 0));
    }

    @Test
    void loggingSplitsAHugeEntryAtItsFirstStoreAndTheEndOfItJoinsThemAgain() {
        addData(PageSize.SIZE_1G, 1L << 30);
        VirtualProcessor processor = storer();
        processor.run();
        machine().logDirtyPages(1, true);
        assertThat(machine().mappedEntries()).as("protected, not split").isEqualTo(new MappedEntries(1, 0, 1));
        processor.setRegisters(Registers.startingAt(CODE));
        processor.run();
        assertThat(machine().mappedEntries()).isEqualTo(new MappedEntries(1 + 512, 511, 0));
        machine().logDirtyPages(1, false);
        processor.setRegisters(Registers.startingAt(CODE));
        processor.run();
        assertThat(machine().mappedEntries()).isEqualTo(new MappedEntries(1, 0, 1));
    }

    @Test
    void aNotifierBetweenLookupAndEntryMakesTheLookupHappenAgain() {
        addData(PageSize.SIZE_4K, 4096);
        VirtualProcessor processor = storer();
        AtomicLong lookups = new AtomicLong();
        // two lookups follow: the code's first, the data's second
        space().afterNextLookup(() -> space().afterNextLookup(() -> {
            lookups.incrementAndGet();
            space().cut(DATA_HVA, 4096);
            space().back(DATA_HVA, DATA_PFN + 5, PageSize.SIZE_4K, 1);
        }));
        assertThat(processor.run()).isInstanceOf(Exit.PortWrite.class);
        assertThat(lookups).hasValue(1);
        assertThat(bytes().loadLong(DATA_PFN << 12)).as("the frame that was gone").isZero();
        assertThat(bytes().loadLong(DATA_PFN + 5 << 12)).isEqualTo(9);
    }

    @Test
    void anUnknownInstructionIsNamedByItsBytes() {
        assertThat(processor(HexFormat.of().parseHex("90480f05")).run()).isInstanceOfSatisfying(Exit.Shutdown.class,
                shutdown -> assertThat(shutdown.sentence()).contains("480f05").contains("0x10001"));
    }

    @Test
    void theStopOfItsKindEndsTheMachine() {
        hypervisor.stop();
        assertThat(machine().endReason().orElseThrow()).contains("tdp");
        assertErrno(Errno.ENODEV, () -> machine().slots());
        assertErrno(Errno.ENODEV, () -> hypervisor.create("late", space()));
        assertThat(log.lines()).anySatisfy(line -> assertThat(line.text()).contains("machine guest ended"));
        assertThat(space().registered()).isZero();
    }

    @ParameterizedTest(name = "memory of {1} bytes at 0x{0} is taken back by its owner: the machine ends {2}")
    @CsvSource({"720000000000, 4096, true", "710000000000, 4096, true", "720000001000, 4096, false",
            "71fffffff000, 4096, false"})
    void theEndOfWhoGaveItsMemoryIsItsEnd(String start, long bytes, boolean ends) {
        addData(PageSize.SIZE_4K, 4096);

        space().withdraw(Long.parseLong(start, 16), bytes, "its owner was stopped");

        assertThat(machine().endReason().isPresent()).isEqualTo(ends);
        assertThat(log.lines()).filteredOn(
                line -> line.text().equals("kvm: machine guest ended: its owner was stopped")).hasSize(ends ? 1 : 0);
        assertThat(space().registered()).isEqualTo(ends ? 0 : 1);
    }

    @Test
    void codeThatRewritesItselfRunsWhatItWrote() {
        // start: mov al, 1; cmp al, 2; jz done; mov byte [start + 1], 2; jmp start; done: out 1, al
        byte[] code = HexFormat.of().parseHex("b001" + "3c02" + "7409" + "c605f4ffffff02" + "ebf1" + "e601");
        assertThat(processor(code).run()).isEqualTo(new Exit.PortWrite(1, 1, 2));
    }
}
