package org.dmemfs.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import org.junit.jupiter.api.Test;

class RatioTableTest {
    private final RatioTable table = new RatioTable();

    @Test
    void figureStandsBesideItsPeersRatio() {
        table.add(new RatioTable.Row("start", "machine", 420, "ms", ""));
        table.add(new RatioTable.Row("start", "peer", 210, "ms", "an empty Felix"));

        assertThat(table.lines()).extracting(line -> line.replaceAll(" +", " ")).containsExactly(
                "what who figure of peer", "start machine 420.000 ms 2.00",
                "start peer 210.000 ms 1.00 an empty Felix");
    }

    @Test
    void figureWithoutAPeerIsRefused() {
        table.add(new RatioTable.Row("start", "machine", 420, "ms", ""));

        assertThatThrownBy(table::lines).isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("start is chosen without its peer");
    }

    @Test
    void benchmarkThatIsChosenWithoutItsPeerIsRefusedBeforeItRuns() {
        assertThatThrownBy(() -> RatioTable.requirePeers(Set.of("org.a.Load.peer", "org.a.Load.dmemfs",
                "org.a.Fault.dmemfs"))).isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("Fault is chosen without its peer").hasMessageEndingWith(
                        "choose Fault, which is all of it");
    }

    @Test
    void benchmarksWithTheirPeersAreRun() {
        assertThatCode(() -> RatioTable.requirePeers(Set.of("org.a.Load.peer", "org.a.Load.dmemfs")))
                .doesNotThrowAnyException();
    }

    @Test
    void figureFarBelowItsPeerKeepsItsDigits() {
        table.add(new RatioTable.Row("metadata", "peer", 5120, "MiB", ""));
        table.add(new RatioTable.Row("metadata", "pool", 0.64, "MiB", ""));

        assertThat(table.lines()).last().asString().contains(" 0.000125");
    }
}
