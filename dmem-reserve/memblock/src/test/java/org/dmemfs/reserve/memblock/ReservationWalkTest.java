package org.dmemfs.reserve.memblock;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.dmemfs.kernel.MemorySize;
import org.dmemfs.kernel.SeriesVersion;
import org.dmemfs.reserve.Shortfall;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The placement policy as rows: what is free, what is asked for, what is taken in which order, what each node falls short
 * of. Free ranges and regions are NODE:START-END in MiB; a shortfall is NODE:MISSING of REQUESTED, node r for a range.
 */
final class ReservationWalkTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            // Size on every node: the top of each, down to what was asked for.
            "0:0-4096                       | 1G       | 0:3072-4096                        | -",
            "0:0-4096 1:4096-8192           | 1G       | 1:7168-8192 0:3072-4096            | -",
            "0:0-4096 1:4096-8192 0:8192-9216 | 1G     | 0:8192-9216 1:7168-8192            | -",
            "0:0-1024 0:2048-2560           | 1G       | 0:2048-2560 0:512-1024             | -",
            // Ends inside the alignment are the kernel's.
            "0:0-1000                       | 512M     | 0:384-896                          | -",
            "0:100-1000                     | 128M     | 0:768-896                          | -",
            "0:0-4000                       | 1G:1G    | 0:2048-3072                        | -",
            "0:0-1024 0:1030-1100           | 128M     | 0:896-1024                         | -",
            // A node that has less gives what it has; the shortfall is what of the request is missing.
            "0:0-512                        | 1G       | 0:0-512                            | 0:512/1024",
            "0:0-512 1:512-2560             | 1G       | 1:1536-2560 0:0-512                | 0:512/1024",
            "0:100-400                      | 1G       | 0:128-384                          | 0:768/1024",
            "0:1-127                        | 128M     | -                                  | 0:128/128",
            "0:0-4096                       | 16T      | 0:0-4096                           | 0:16773120/16777216",
            "-                              | 1G       | -                                  | -",
            // ! keeps the size for the kernel on each node; dmem gets the rest, free being rounded up first.
            "0:0-4096                       | !1G      | 0:1024-4096                        | -",
            "0:0-4096 1:4096-5120           | !1G      | 0:1024-4096                        | -",
            "0:0-512                        | !1G      | -                                  | -",
            "0:0-1100                       | !512M    | 0:384-1024                         | -",
            "0:0-1032                       | !1G      | 0:896-1024                         | -",
            "0:1-1025                       | !1G      | -                                  | -",
            "0:1-1026                       | !1G      | 0:896-1024                         | -",
            "0:100-400                      | !128M    | 0:128-384                          | -",
            // A range: the pieces of it that are free, each on its own node.
            "0:0-8192                       | 1G@5G    | 0:5120-6144                        | -",
            "0:0-5632 1:5632-8192           | 1G@5G    | 1:5632-6144 0:5120-5632            | -",
            "0:0-5300 0:5500-8192           | 1G@5G    | 0:5504-6144 0:5120-5248            | r:256/1024",
            "0:0-4096                       | 1G@5G    | -                                  | r:1024/1024",
            "0:0-5632                       | 1G@5G    | 0:5120-5632                        | r:512/1024",
            "0:0-5632                       | 2G@4G:2G | -                                  | r:2048/2048",
            "0:0-8192                       | 4G@4G:4G | 0:4096-8192                        | -"})
    void takesTheTopOfWhatIsFree(String free, String request, String regions, String shortfalls) {
        ReservationWalk.Outcome outcome = ReservationWalk.take(DmemParameter.parse(request), free(free),
                SeriesVersion.REPAIRED);
        assertThat(outcome.regions().stream()
                .map(region -> region.node() + ":" + (region.startPhysicalAddress() >> 20) + "-"
                        + (region.endPhysicalAddress() >> 20))
                .collect(Collectors.joining(" "))).isEqualTo(regions.equals("-") ? "" : regions);
        assertThat(outcome.shortfalls().stream().map(ReservationWalkTest::text).collect(Collectors.joining(" ")))
                .isEqualTo(shortfalls.equals("-") ? "" : shortfalls);
    }

    @ParameterizedTest
    @CsvSource({"REPAIRED,200,false", "V2,85,true", "V1,93,true"})
    void theTableHoldsWhatTheSeriesGivesIt(SeriesVersion series, int regions, boolean full) {
        List<Machine.Free> scattered = LongStream.range(0, 200)
                .mapToObj(index -> new Machine.Free(index << 28, (index << 28) + Section.BYTES, 0)).toList();
        ReservationWalk.Outcome outcome = ReservationWalk.take(DmemParameter.parse("1T"), scattered, series);
        assertThat(outcome.regions()).hasSize(regions);
        assertThat(outcome.regions().getFirst().startPhysicalAddress()).isEqualTo(199L << 28);
        assertThat(outcome.notices().stream().anyMatch(line -> line.contains("the table is full"))).isEqualTo(full);
    }

    @Test
    void theShortfallLineNamesTheRequestAndTheShortfallWhatIsMissing() {
        ReservationWalk.Outcome outcome = ReservationWalk.take(DmemParameter.parse("1G"), free("0:64-700"),
                SeriesVersion.REPAIRED);
        assertThat(outcome.notices()).last().isEqualTo("dmem: node 0 cannot give all of the 1G requested");
        assertThat(outcome.shortfalls()).containsExactly(new Shortfall(0, 1L << 30, 512L << 20));
    }

    @ParameterizedTest
    @EnumSource(SeriesVersion.class)
    void sizesBeyond63BitsTakeEverything(SeriesVersion series) {
        ReservationWalk.Outcome outcome = ReservationWalk.take(DmemParameter.parse("8E"), free("0:0-1024"), series);
        assertThat(outcome.regions()).hasSize(1);
        assertThat(outcome.shortfalls()).allMatch(shortfall -> shortfall.missingBytes() > 0);
    }

    private static List<Machine.Free> free(String rows) {
        return rows.equals("-")
                ? List.of()
                : Arrays.stream(rows.split(" ")).map(row -> row.split("[:-]"))
                        .map(row -> new Machine.Free(mebibytes(row[1]), mebibytes(row[2]), Integer.parseInt(row[0])))
                        .toList();
    }

    private static long mebibytes(String number) {
        return MemorySize.parse("the row", number + "M");
    }

    private static String text(Shortfall shortfall) {
        return (shortfall.node() < 0 ? "r" : shortfall.node()) + ":" + (shortfall.missingBytes() >> 20) + "/"
                + (shortfall.requestedBytes() >> 20);
    }
}
