package org.dmemfs.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MemorySizeTest {
    @ParameterizedTest(name = "memparse of \"{0}\" is {1}, ending at {2}")
    @CsvSource({
            "4096,       4096,          4",
            "4K,         4096,          2",
            "4k,         4096,          2",
            "2M,         2097152,       2",
            "1G@5G,      1073741824,    2",
            "0x200000:1, 2097152,       8",
            "0X10K,      16384,         5",
            "010,        8,             3",
            "1T,         1099511627776, 2",
            "12x,        12,            2",
            "0xg,        0,             1",
            "08,         0,             1",
            "@4K,        0,             0",
            "K,          0,             0"})
    void memparseReadsAsTheKernelDoes(String text, long bytes, int end) {
        assertThat(MemorySize.memparse(text, 0)).isEqualTo(new MemorySize.Parsed(bytes, end));
    }

    @ParameterizedTest(name = "\"{0}\" is {1} bytes")
    @CsvSource({"0, 0", "512M, 536870912", "0x40200000, 1075838976", "7E, 8070450532247928832", "0xE, 14", "0x1E, 30"})
    void aWholeTextIsANumber(String text, long bytes) {
        assertThat(MemorySize.tryParse(text)).contains(bytes);
    }

    @ParameterizedTest(name = "\"{0}\" is no size")
    @ValueSource(strings = {"", "K", "4KB", " 4K", "4K ", "-1", "08", "0x", "8E", "16E", "99999999999999999999",
            "4K4K"})
    void whatIsNotExactlyOneNumberIsRefused(String text) {
        assertThatThrownBy(() -> MemorySize.parse("the size", text)).isInstanceOf(ErrnoException.class)
                .hasMessageContaining("the size \"" + text + "\"").extracting("errno").isEqualTo(Errno.EINVAL);
    }

    @ParameterizedTest(name = "{0} bytes read {1}")
    @CsvSource({"0, 0B", "1023, 1023B", "4096, 4K", "2097152, 2M", "5368709120, 5G", "1342177280, 1280M", "1536, 1.5K",
            "17592186044416, 16T", "25275490304, 23.54G", "134217729, 128M"})
    void aSizeIsWrittenForTheEye(long bytes, String text) {
        assertThat(MemorySize.format(bytes)).isEqualTo(text);
    }
}
