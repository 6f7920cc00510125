package org.dmemfs.reserve.memblock;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How a line falls into parameters, written as name=value with a bar between them and ~ for no value. */
final class KernelCommandLineTest {
    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '\'', value = {
            "quiet;                            quiet~",
            "  dmem=4G   quiet ;               dmem=4G|quiet~",
            "root=/dev/sda1 dmem=1G@5G;        root=/dev/sda1|dmem=1G@5G",
            "a=\"b c\" d;                      a=b c|d~",
            "\"a=b c\" d=e;                    a=b c|d=e",
            "a=b\"c d\"e;                      a=b\"c d\"e",
            "a=\"dmem=1G quiet;                a=dmem=1G quiet",
            "a= b;                             a=|b~",
            "dmem = 4G;                        dmem~|=~|4G~",
            "=4G;                              =4G~",
            "a=b=c;                            a=b=c",
            "dmem=1G -- dmem=2G;               dmem=1G",
            "\"--\" dmem=2G;                   ''",
            "--=x dmem=2G;                     --=x|dmem=2G",
            "'';                               ''"})
    void isCutAsTheKernelCutsIt(String line, String parameters) {
        assertThat(String.join("|",
                KernelCommandLine.of(line).parameters().stream()
                        .map(parameter -> parameter.value() == null
                                ? parameter.name() + "~"
                                : parameter.name() + "=" + parameter.value())
                        .toList()))
                .isEqualTo(parameters);
    }

    @ParameterizedTest
    @CsvSource({"efi_fake_mem=1G,1", "efi-fake-mem=1G,1", "efi_fake-mem=1G efi_fake_mem=2G,2", "efifakemem=1G,0"})
    void dashesAndUnderscoresNameTheSame(String line, int found) {
        assertThat(KernelCommandLine.of(line).named("efi_fake_mem")).hasSize(found);
    }
}
