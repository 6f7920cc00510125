package org.dmemfs.kvm.tdp;

import static org.assertj.core.api.Assertions.assertThat;

import org.dmemfs.kernel.PageSize;
import org.dmemfs.kernel.SeriesVersion;
import org.dmemfs.kvm.GuestFrame;
import org.dmemfs.kvm.MemorySlot;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MappingSizeTest {
    private static final long GIB = 1L << 30;

    @ParameterizedTest(name = "{0}, entry {2}, reserved {3}: slot at {4} of {5}M, address +{6}M")
    @CsvSource({
            // series, expected, entry in the address space, reserved, gpa - hva skew, slot MiB, MiB into the slot
            "REPAIRED, SIZE_1G, SIZE_1G, true, 0, 1024, 5", "REPAIRED, SIZE_2M, SIZE_1G, true, 0, 1022, 5",
            "REPAIRED, SIZE_2M, SIZE_1G, true, 2097152, 2048, 5", "REPAIRED, SIZE_4K, SIZE_1G, true, 4096, 2048, 5",
            "REPAIRED, SIZE_2M, SIZE_2M, true, 0, 1024, 5", "REPAIRED, SIZE_4K, SIZE_2M, true, 0, 1, 0",
            "REPAIRED, SIZE_4K, SIZE_4K, true, 0, 1024, 5", "V2, SIZE_4K, SIZE_1G, true, 0, 1024, 5",
            "V1, SIZE_4K, SIZE_2M, true, 0, 1024, 5", "V2, SIZE_2M, SIZE_2M, false, 0, 1024, 5"})
    void theLargestSizeThatEntrySlotAndAlignmentAllow(SeriesVersion series, PageSize expected, PageSize entry,
            boolean reserved, long skew, long slotMebibytes, long at) {
        MemorySlot slot = new MemorySlot(0, 2 * GIB + skew, slotMebibytes << 20, 64 * GIB, false);
        assertThat(new MappingSize(series).of(slot, slot.guestPhysicalAddress() + (at << 20),
                new GuestFrame(7, entry, true, reserved))).isEqualTo(expected);
    }
}
