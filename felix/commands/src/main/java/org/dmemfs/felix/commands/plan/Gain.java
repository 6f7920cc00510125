package org.dmemfs.felix.commands.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.dmemfs.kernel.MemorySize;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.kernel.SeriesVersion;
import org.dmemfs.schemes.MetadataCost;
import org.dmemfs.schemes.MetadataKind;
import org.dmemfs.schemes.Scheme;

/**
 * What the series spares against huge pages whose vmemmap is thinned, per TiB.
 *
 * @param pageSize of both
 * @param thinned the scheme with the thinned vmemmap that costs least
 * @param thinnedBytes what it costs
 * @param series the series as it was meant
 * @param seriesBytes what it costs
 */
public record Gain(String pageSize, String thinned, long thinnedBytes, String series, long seriesBytes) {
    private static final long TEBIBYTE = 1L << 40;
    /** A ten-thousandth. */
    private static final long WORTH_A_WORD = TEBIBYTE / 10_000;

    /**
     * Computes it.
     *
     * @param schemes all that there are
     * @return one for each size of huge pages; empty where there is nothing to compare
     */
    public static List<Gain> of(List<Scheme> schemes) {
        List<Gain> gains = new ArrayList<>();
        for (PageSize size : List.of(PageSize.SIZE_2M, PageSize.SIZE_1G)) {
            Optional<Scheme> thinned = schemes.stream().filter(scheme -> has(scheme, size)
                    && scheme.metadata(TEBIBYTE, size).stream()
                            .anyMatch(cost -> cost.kind() == MetadataKind.VMEMMAP_TABLES))
                    .min(Comparator.comparingLong(scheme -> cost(scheme, size)));
            Optional<Scheme> series = schemes.stream()
                    .filter(scheme -> has(scheme, size) && scheme.description().scheme().equals("dmemfs")
                            && scheme.description().machineSeries() == SeriesVersion.REPAIRED)
                    .findFirst();
            if (thinned.isPresent() && series.isPresent()) {
                gains.add(new Gain(size.label(), thinned.get().description().name(), cost(thinned.get(), size),
                        series.get().description().name(), cost(series.get(), size)));
            }
        }
        return gains;
    }

    private static boolean has(Scheme scheme, PageSize size) {
        return scheme.description().pageSizes().contains(size);
    }

    private static long cost(Scheme scheme, PageSize size) {
        return scheme.metadata(TEBIBYTE, size).stream().mapToLong(MetadataCost::bytes).sum();
    }

    /** Spared per TiB, below 0 where it costs more. */
    public long bytes() {
        return thinnedBytes - seriesBytes;
    }

    /** For people. */
    public String sentence() {
        String both = "%s costs %s per TiB, %s %s".formatted(thinned, MemorySize.format(thinnedBytes), series,
                MemorySize.format(seriesBytes));
        return bytes() < WORTH_A_WORD
                ? "In pages of %s dmem gains nothing: %s.".formatted(pageSize, both)
                : "In pages of %s dmem gains %s per TiB and no more: %s.".formatted(pageSize,
                        MemorySize.format(bytes()),
                        both);
    }
}
