package org.dmemfs.reserve.memblock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import org.dmemfs.reserve.Reservation;
import org.dmemfs.reserve.SetAside;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pools of huge pages on a machine of two nodes of 8G, of which node 0 has its first 64M in use. Sizes are in MiB. */
final class HugePageParametersTest {
    private final MemblockService memblock = new MemblockService();

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            // command line; bytes of the pool; left to the kernel; metadata in KiB; what the explanation tells
            "hugepages=512                                | 1024  | 15311 | 16384 | 512 huge pages of 2M",
            "hugepages=0:512,1:256                        | 1536  | 14799 | 24576 | 768 huge pages of 2M",
            "hugepagesz=1G hugepages=4                    | 4096  | 12239 | 65536 | 4 huge pages of 1G",
            "default_hugepagesz=1G hugepages=4            | 4096  | 12239 | 65536 | 4 huge pages of 1G",
            "hugepagesz=1G hugepages=0:99                 | 7168  | 9167  | 114688 | node 0 has room for 7 of the 99",
            "hugepages=0:1,7:5                            | 2     | 16333 | 32    | node 7 has room for 0 of the 5",
            "hugepagesz=1G hugepages=99                   | 15360 | 975   | 245760 | the machine has room for 15 of the 99",
            "hugetlb_free_vmemmap=on hugepages=512        | 1024  | 15311 | 2048  | 4K of struct pages each",
            "hugetlb_free_vmemmap=off hugepages=512       | 1024  | 15311 | 16384 | all their struct pages",
            "dmem=4G hugepages=512                        | 1024  | 7119  | 16384 | 512 huge pages"})
    void poolsAreFilledFromWhatDmemLeft(String line, long pool, long left, long metadataKibibytes, String told) {
        SetAside aside = memblock.reserve("2x8G", line).setAsides().getLast();
        assertThat(aside.bytes() >> 20).isEqualTo(pool);
        assertThat(aside.leftToKernelBytes() >> 20).isEqualTo(left);
        assertThat(aside.metadataBytes() >> 10).isEqualTo(metadataKibibytes);
        assertThat(aside.explanation()).contains(told);
        assertThat(aside.ranges()).isEmpty();
    }

    @Test
    void eachSizeHasItsOwnCount() {
        assertThat(memblock.reserve("2x8G", "hugepages=8 hugepagesz=1G hugepages=2").setAsides())
                .extracting(SetAside::parameter, aside -> aside.bytes() >> 20)
                .containsExactly(tuple("hugepages=8", 16L),
                        tuple("hugepagesz=1G hugepages=2", 2048L));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"hugepages=x | is no count", "hugepages | is no count",
            "hugepages=-1 | is no count",
            "hugepages=0:1,x | is no count", "hugepagesz=4M hugepages=1 | is no size of a huge page",
            "hugepagesz=x hugepages=1 | is no size", "hugepagesz hugepages=1 | is no size"})
    void whatIsMalformedIsLeftOutWithANotice(String line, String notice) {
        Reservation reservation = memblock.reserve("2x8G", line);
        assertThat(reservation.setAsides()).isEmpty();
        assertThat(reservation.notices()).singleElement().asString().contains(notice);
    }

    @Test
    void aSecondCountForTheSameSizeIsLeftOut() {
        Reservation reservation = memblock.reserve("2x8G", "hugepages=8 hugepages=9");
        assertThat(reservation.setAsides()).hasSize(1);
        assertThat(reservation.notices()).singleElement().asString().contains("is the second");
    }
}
