package org.dmemfs.felix.commands.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import org.dmemfs.kernel.MemorySize;
import org.dmemfs.kernel.PageSize;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the page tables of a guest cost, and where the size of their entries is from. */
class PageTablesTest {
    @ParameterizedTest(name = "{0} in entries of {1}: {2} tables")
    @CsvSource({
            // 512 entries a table: leaves + one table for 1G each + one for 512G each + the top.
            "4G, 4K, 2054", "4G, 2M, 6", "4G, 1G, 2", "4K, 4K, 4", "2M, 2M, 3", "1T, 1G, 3", "1025G, 2M, 1029"})
    void tablesHave512Entries(String guest, String entry, long tables) {
        assertThat(new PageTables(Optional.of(PageSize.parse(entry))).bytesOf(MemorySize.parse("guest", guest)))
                .isEqualTo(tables * 4096);
    }

    @Test
    void whatIsNotMappedHasNoTables() {
        assertThat(new PageTables(Optional.empty()).bytesOf(1L << 40)).isZero();
    }

    @ParameterizedTest(name = "\"{0}\" in pages of {1}: {2}")
    @CsvSource(delimiter = '|', value = {
            "entries of 2M | 2M | 2M",
            "entries of 2M and 4K | 2M | 4K",
            "entries of 4K | 1G | 4K",
            "entries of 2M | 4K | 4K",
            "entries of 1G and 2M | 1G | 2M",
            "EFAULT | 2M | ''"})
    void theSmallestEntryThatCompareSawCounts(String answer, String pageSize, String entry) {
        assertThat(new Executed(Map.of("KVM map", answer)).guestEntry(PageSize.parse(pageSize))
                .map(PageSize::label).orElse("")).isEqualTo(entry);
    }

    @ParameterizedTest(name = "plain \"{0}\", scheme \"{1}\": {2}")
    @CsvSource(delimiter = '|', value = {
            "the same memory | EFAULT | breaks",
            "0; a store: SEGV_ACCERR | 0; a store: goes through | otherwise",
            "0; a store: goes through | 0; a store: SEGV_ACCERR | breaks",
            "0; a store: SEGV_ACCERR | EINVAL | breaks",
            "BUS_MCEERR_AR lsb 12; lost: 4K | BUS_MCEERR_AR lsb 21; lost: 2M | otherwise",
            "hears nothing | BUS_MCEERR_AO lsb 12 | otherwise",
            "EINVAL | EINVAL | same",
            "EINVAL | ENOMEM | otherwise",
            "all that is there | nothing | otherwise",
            "goes on | KILLED | breaks"})
    void whatIsRefusedHereAndNotForPlainMemoryBreaks(String plain, String here, String kind) {
        Differences differences = Differences.of(Optional.of(new Executed(Map.of("op", here))),
                Optional.of(new Executed(Map.of("op", plain))), Map.of("op", "a meaning"));
        assertThat(differences.breaks()).hasSize(kind.equals("breaks") ? 1 : 0);
        assertThat(differences.otherwise()).hasSize(kind.equals("otherwise") ? 1 : 0);
    }
}
