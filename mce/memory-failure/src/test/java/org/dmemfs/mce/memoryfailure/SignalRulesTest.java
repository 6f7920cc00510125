package org.dmemfs.mce.memoryfailure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.dmemfs.core.MemoryFailureFlag;
import org.dmemfs.kernel.SeriesVersion;
import org.dmemfs.mm.BusSignal;
import org.dmemfs.mm.Task;
import org.dmemfs.tracing.KernelLog;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Three tasks map the bad page: current, which touched it; early, which asked to hear early; and idle. */
class SignalRulesTest {
    private static final long START = 0x7f00_0000_0000L;
    private static final long BAD_PAGE = ListedMapping.PAGE_OFFSET + 3;
    private static final long BAD_ADDRESS = START + (3 << 12);

    private final ListedTask current = new ListedTask("current", 1, false);
    private final ListedTask early = new ListedTask("early", 2, true);
    private final ListedTask idle = new ListedTask("idle", 3, false);
    private final ListedMapping mapping = ListedMapping.of(ListedMapping.at(current, START),
            ListedMapping.at(early, START), ListedMapping.at(idle, START));

    @ParameterizedTest(name = "{0}, early kill {1}, {2}, by its own access {3}: current {4}, early {5}, idle {6}")
    @CsvSource(nullValues = "-", value = {
            "REPAIRED, false, ACTION_REQUIRED, true, BUS_MCEERR_AR, BUS_MCEERR_AO, -",
            "REPAIRED, true, ACTION_REQUIRED, true, BUS_MCEERR_AR, BUS_MCEERR_AO, BUS_MCEERR_AO",
            "REPAIRED, false, ACTION_REQUIRED MUST_KILL, true, BUS_MCEERR_AR, BUS_MCEERR_AO, -",
            "REPAIRED, false, '', false, -, BUS_MCEERR_AO, -",
            "REPAIRED, true, '', false, BUS_MCEERR_AO, BUS_MCEERR_AO, BUS_MCEERR_AO",
            "REPAIRED, false, ACTION_REQUIRED, false, -, BUS_MCEERR_AO, -",
            "V2, false, ACTION_REQUIRED, true, -, -, -",
            "V2, true, '', false, -, -, -",
            "V2, false, ACTION_REQUIRED MUST_KILL, true, BUS_MCEERR_AR, BUS_MCEERR_AO, -",
            "V2, false, MUST_KILL, false, -, BUS_MCEERR_AO, -",
            "V1, true, ACTION_REQUIRED MUST_KILL, true, BUS_MCEERR_AR, BUS_MCEERR_AO, BUS_MCEERR_AO"})
    void whoIsSignalledHow(SeriesVersion series, boolean earlyKill, String flags, boolean ownAccess,
            BusSignal.Kind toCurrent, BusSignal.Kind toEarly, BusSignal.Kind toIdle) {
        List<Task> signalled = signal(series, earlyKill, flags, ownAccess ? BAD_ADDRESS + 8 : -1, mapping);
        assertThat(kinds(current)).isEqualTo(toCurrent == null ? List.of() : List.of(toCurrent));
        assertThat(kinds(early)).isEqualTo(toEarly == null ? List.of() : List.of(toEarly));
        assertThat(kinds(idle)).isEqualTo(toIdle == null ? List.of() : List.of(toIdle));
        assertThat(signalled).containsExactlyElementsOf(List.<ListedTask>of(current, early, idle).stream()
                .filter(task -> !task.signals().isEmpty()).toList());
    }

    @Test
    void theAddressIsThePagesInEachMapping() {
        ListedMapping twice = ListedMapping.of(ListedMapping.at(early, START), ListedMapping.at(early, START * 2));
        signal(SeriesVersion.REPAIRED, false, "", -1, twice);
        assertThat(early.signals()).containsExactly(
                new BusSignal(BusSignal.Kind.BUS_MCEERR_AO, BAD_ADDRESS, 12),
                new BusSignal(BusSignal.Kind.BUS_MCEERR_AO, START * 2 + (3 << 12), 12));
    }

    @Test
    void theCurrentTaskHearsOnceOfTheMappingItTouched() {
        ListedMapping twice = ListedMapping.of(ListedMapping.at(current, START),
                ListedMapping.at(current, START * 2));
        signal(SeriesVersion.REPAIRED, false, "ACTION_REQUIRED", START * 2 + (3 << 12) + 5, twice);
        assertThat(current.signals()).containsExactly(
                new BusSignal(BusSignal.Kind.BUS_MCEERR_AR, START * 2 + (3 << 12), 12));
    }

    @Test
    void whoDoesNotMapThePageHearsNothing() {
        KernelLog log = new KernelLog();
        new SignalRules(() -> new Settings(SeriesVersion.REPAIRED, true, true, true), log).collectAndSignal(mapping,
                511,
                12, Set.of(MemoryFailureFlag.MUST_KILL));
        assertThat(log.lines()).isEmpty();
    }

    private static List<Task> signal(SeriesVersion series, boolean earlyKill, String flags, long accessAddress,
            ListedMapping mapping) {
        SignalRules rules = new SignalRules(() -> new Settings(series, earlyKill, true, true), new KernelLog());
        Set<MemoryFailureFlag> set = EnumSet.noneOf(MemoryFailureFlag.class);
        for (String flag : flags.isEmpty() ? new String[0] : flags.split(" ")) {
            set.add(MemoryFailureFlag.valueOf(flag));
        }
        if (accessAddress < 0) {
            return rules.collectAndSignal(mapping, BAD_PAGE, 12, set);
        }
        return CurrentReport.ofAccess(mapping.vmas().getFirst().task(), accessAddress)
                .handle(() -> rules.collectAndSignal(mapping, BAD_PAGE, 12, set));
    }

    private static List<BusSignal.Kind> kinds(Task task) {
        return task.signals().stream().map(BusSignal::kind).toList();
    }
}
