package org.dmemfs.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PageSizeTest {
    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource({"4K, SIZE_4K", "4096, SIZE_4K", "0x200000, SIZE_2M", "2048k, SIZE_2M", "1G, SIZE_1G"})
    void thePageSizesAreReadInTheKernelsNotation(String text, PageSize size) {
        assertThat(PageSize.parse(text)).isEqualTo(size);
    }

    @ParameterizedTest(name = "\"{0}\" is refused")
    @ValueSource(strings = {"3K", "8K", "0", "garbage", "", "4M", "2MB"})
    void otherSizesAreRefusedWithTheValueAndWhatIsAccepted(String text) {
        assertThatThrownBy(() -> PageSize.parse(text)).isInstanceOf(ErrnoException.class)
                .hasMessage("the page size \"" + text + "\" is not one of 4K, 2M and 1G").extracting("errno")
                .isEqualTo(Errno.EINVAL);
    }

    @ParameterizedTest(name = "{0} has {1} nature pages")
    @CsvSource({"SIZE_4K, 1", "SIZE_2M, 512", "SIZE_1G, 262144"})
    void aPageHasItsNaturePages(PageSize size, long pages) {
        assertThat(size.naturePages()).isEqualTo(pages);
    }
}
