package org.dmemfs.mce.memoryfailure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.LIST;
import static org.mockito.Mockito.any;
import static org.mockito.Mockito.anyLong;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import java.util.List;
import java.util.Set;
import org.dmemfs.core.DmemPool;
import org.dmemfs.core.MemoryFailureFlag;
import org.dmemfs.core.PoisonOutcome;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.SeriesVersion;
import org.dmemfs.mce.FailureRecord;
import org.dmemfs.mm.AddressSpaces;
import org.dmemfs.mm.BusSignal;
import org.dmemfs.mm.FrameFailure;
import org.dmemfs.tracing.KernelLog;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Frame 1 has a struct page, frame 2 is dmem, frame 3 is neither. */
class FailureReportTest {
    private static final Set<MemoryFailureFlag> FLAGS = Set.of(MemoryFailureFlag.MUST_KILL);

    private final DmemPool pool = mock(DmemPool.class);
    private final AddressSpaces addressSpaces = mock(AddressSpaces.class);
    private final KernelLog log = new KernelLog();
    private final ListedTask task = new ListedTask("worker", 1, false);
    private Settings settings = new Settings(SeriesVersion.REPAIRED, false, true, true);
    private final FailureReport report = new FailureReport(pool, addressSpaces, () -> settings, log);
    private final MachineCheck machineCheck = new MachineCheck(report, () -> settings, log);

    @BeforeEach
    void frames() {
        when(pool.memoryFailure(anyLong(), any())).thenReturn(PoisonOutcome.NOT_DMEM);
        when(addressSpaces.pfnValid(1)).thenReturn(true);
    }

    @ParameterizedTest(name = "the pool answers {0}")
    @EnumSource(value = PoisonOutcome.class, mode = EnumSource.Mode.EXCLUDE, names = "NOT_DMEM")
    void dmemAnswersForItsFrames(PoisonOutcome outcome) {
        when(pool.memoryFailure(2, FLAGS)).thenReturn(outcome);
        assertThat(report.memoryFailure(2, FLAGS)).isEqualTo(outcome);
        assertThat(log.lines()).singleElement().asString().contains("Memory failure: 0x2: dmem took care of it");
    }

    @Test
    void withoutPatch31DmemIsOutsideTheKernelsControl() {
        settings = new Settings(SeriesVersion.REPAIRED, false, true, false);
        assertErrno(() -> report.memoryFailure(2, FLAGS));
        verify(pool, never()).memoryFailure(anyLong(), any());
    }

    @Test
    void aFrameThatIsNeitherIsOutsideTheKernelsControl() {
        assertErrno(() -> report.memoryFailure(3, FLAGS));
        assertThat(log.lines()).hasSize(1);
    }

    @Test
    void aPageIsMarkedOnce() {
        assertThat(report.memoryFailure(1, FLAGS)).isEqualTo(PoisonOutcome.NOT_DMEM);
        assertThat(report.memoryFailure(1, FLAGS)).isEqualTo(PoisonOutcome.NOT_DMEM);
        verify(addressSpaces, times(1)).flushFrame(1);
        assertThat(log.lines()).extracting(KernelLog.Line::text).last().asString().contains("poisoned already");
    }

    @ParameterizedTest(name = "frame {0} in series {1}: {2} at 0x{3}, lsb {4}")
    @CsvSource({"1, REPAIRED, BUS_MCEERR_AR, 7f0000000000, 12", "3, REPAIRED, BUS_MCEERR_AR, 7f0000000000, 12",
            "2, REPAIRED, BUS_MCEERR_AR, 7f0000000000, 12", "2, V2, KILLED, 7f0000000123, 0",
            "3, V2, BUS_MCEERR_AR, 7f0000000000, 12"})
    void anAccessThatNobodyAnsweredForStillGetsItsSignal(long pfn, SeriesVersion series, BusSignal.Kind kind,
            String address, int leastSignificantBit) {
        settings = new Settings(series, false, true, true);
        when(pool.memoryFailure(2, Set.of(MemoryFailureFlag.ACTION_REQUIRED)))
                .thenReturn(PoisonOutcome.ALREADY_KNOWN);
        BusSignal expected = new BusSignal(kind, Long.parseLong(address, 16), leastSignificantBit);
        assertThat(machineCheck.machineCheck(pfn, task, 0x7f00_0000_0123L)).isEqualTo(expected);
        assertThat(task.signals()).containsExactly(expected);
    }

    @ParameterizedTest(name = "restart IP valid {0}: series {1} signals {2} at 0x{3}")
    @CsvSource({"true, REPAIRED, BUS_MCEERR_AR, 7f0000003000", "false, REPAIRED, BUS_MCEERR_AR, 7f0000003000",
            "true, V2, KILLED, 7f0000003123", "false, V2, BUS_MCEERR_AR, 7f0000003000",
            "false, V1, BUS_MCEERR_AR, 7f0000003000"})
    void whatTheListenerSignalledIsTheAnswer(boolean restartIpValid, SeriesVersion series, BusSignal.Kind kind,
            String address) {
        settings = new Settings(series, false, restartIpValid, true);
        SignalRules rules = new SignalRules(() -> settings, log);
        ListedMapping mapping = ListedMapping.of(ListedMapping.at(task, 0x7f00_0000_0000L));
        when(pool.memoryFailure(anyLong(), any())).thenAnswer(call -> {
            rules.collectAndSignal(mapping, ListedMapping.PAGE_OFFSET + 3, 12, call.getArgument(1));
            return PoisonOutcome.USED_ANNOUNCED;
        });
        BusSignal signal = machineCheck.machineCheck(2, task, 0x7f00_0000_3123L);
        assertThat(signal.kind()).isEqualTo(kind);
        assertThat(signal.virtualAddress()).isEqualTo(Long.parseLong(address, 16));
        assertThat(task.signals()).isEqualTo(List.of(signal));
    }

    @Test
    void aReportIsKeptWithTheTasksThatItSignalled() {
        SignalRules rules = new SignalRules(() -> settings, log);
        ListedTask early = new ListedTask("early", 2, true);
        ListedMapping mapping = ListedMapping.of(ListedMapping.at(early, 0x7f00_0000_0000L));
        when(pool.memoryFailure(2, FLAGS)).thenAnswer(call -> {
            rules.collectAndSignal(mapping, ListedMapping.PAGE_OFFSET, 12, FLAGS);
            return PoisonOutcome.USED_ANNOUNCED;
        });
        report.memoryFailure(2, FLAGS);
        report.memoryFailure(1, Set.of());
        BusSignal signal = new BusSignal(BusSignal.Kind.BUS_MCEERR_AO, 0x7f00_0000_0000L, 12);
        assertThat(report.records()).containsExactly(
                new FailureRecord(2, FLAGS, PoisonOutcome.USED_ANNOUNCED,
                        List.of(new FailureRecord.Signalled(2, "early", signal))),
                new FailureRecord(1, Set.of(), PoisonOutcome.NOT_DMEM, List.of()));
    }

    /** Frame 1 is a page that the current task, one that asked to hear early, and one that did not had in common. */
    @ParameterizedTest(name = "{0}, reported by {1}: current {2}, early {3}, idle {4}")
    @CsvSource(nullValues = "-", value = {"REPAIRED, the access, BUS_MCEERR_AR, BUS_MCEERR_AO, -",
            "V2, the access, BUS_MCEERR_AR, BUS_MCEERR_AO, -", "V1, the access, BUS_MCEERR_AR, BUS_MCEERR_AO, -",
            "REPAIRED, somebody else, -, BUS_MCEERR_AO, -", "V2, somebody else, -, BUS_MCEERR_AO, -"})
    void whoHadAPageIsSignalledByTheGenericRulesInEverySeries(SeriesVersion series, String by,
            BusSignal.Kind toCurrent, BusSignal.Kind toEarly, BusSignal.Kind toIdle) {
        settings = new Settings(series, false, true, true);
        ListedTask early = new ListedTask("early", 2, true);
        ListedTask idle = new ListedTask("idle", 3, false);
        long start = 0x7f00_0000_0000L;
        report.add(pfn -> new FrameFailure.Outcome("recovery action for dirty LRU page: Recovered",
                List.of(ListedMapping.at(task, start), ListedMapping.at(early, start), ListedMapping.at(idle, start)),
                ListedMapping.PAGE_OFFSET + 3, 12, true));
        if (by.equals("the access")) {
            machineCheck.machineCheck(1, task, start + 0x3123);
        } else {
            report.memoryFailure(1, Set.of());
        }
        assertThat(task.signals()).isEqualTo(signals(toCurrent, start + 0x3000));
        assertThat(early.signals()).isEqualTo(signals(toEarly, start + 0x3000));
        assertThat(idle.signals()).isEqualTo(signals(toIdle, start + 0x3000));
        assertThat(log.lines()).extracting(KernelLog.Line::text).last()
                .isEqualTo("Memory failure: 0x1: recovery action for dirty LRU page: Recovered");
    }

    private static List<BusSignal> signals(BusSignal.Kind kind, long address) {
        return kind == null ? List.of() : List.of(new BusSignal(kind, address, 12));
    }

    @Test
    void aPageThatIsStillInUseIsEbusyAndItsSignalsAreKept() {
        ListedTask early = new ListedTask("early", 2, true);
        report.add(pfn -> new FrameFailure.Outcome("recovery action for dirty LRU page: Failed",
                List.of(ListedMapping.at(early, 0x7f00_0000_0000L)), ListedMapping.PAGE_OFFSET, 12, false));
        assertThatThrownBy(() -> report.memoryFailure(1, FLAGS)).isInstanceOf(ErrnoException.class)
                .hasMessageContaining("still in use").extracting("errno").isEqualTo(Errno.EBUSY);
        assertThat(report.records()).singleElement().extracting(FailureRecord::signalled).asInstanceOf(LIST)
                .hasSize(1);
    }

    private static void assertErrno(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(ErrnoException.class).hasMessageContaining("outside kernel control")
                .extracting("errno").isEqualTo(Errno.ENXIO);
    }
}
