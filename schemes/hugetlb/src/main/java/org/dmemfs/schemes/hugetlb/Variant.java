package org.dmemfs.schemes.hugetlb;

import org.dmemfs.kernel.SeriesVersion;

/**
 * What tells the kernels apart.
 *
 * @param kernel its version
 * @param machineSeries the machine that answers for the rest of it
 * @param vmemmap what is left of the struct pages
 * @param mremapMoves whether a mapping may be moved and shrunk by mremap, from 5.16 on
 * @param handlesBadGigabytePages whether a bad page of 1G is recovered from, from 6.0 on
 * @param countsByNode whether hugepages= takes a number for each node, from 5.15 on
 */
record Variant(String kernel, SeriesVersion machineSeries, Vmemmap vmemmap, boolean mremapMoves,
        boolean handlesBadGigabytePages, boolean countsByNode) {
}
