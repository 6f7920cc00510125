package org.dmemfs.reserve.memblock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.ErrnoException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DmemParameterTest {
    @ParameterizedTest
    @CsvSource({
            // value, base, size, align, what is left to the kernel
            "4G,             0,           4294967296,  134217728,  false",
            "!4G,            0,           4294967296,  134217728,  true",
            "0x8000000,      0,           134217728,   134217728,  false",
            "01000000000,    0,           134217728,   134217728,  false",
            "128m,           0,           134217728,   134217728,  false",
            "4G:1G,          0,           4294967296,  1073741824, false",
            "!4G:1G,         0,           4294967296,  1073741824, true",
            "1G@5G,          5368709120,  1073741824,  134217728,  false",
            "1G@5G:1G,       5368709120,  1073741824,  1073741824, false",
            "1G:1G@5G,       5368709120,  1073741824,  1073741824, false",
            "128M@128M,      134217728,   134217728,   134217728,  false",
            "8E,             0,           -9223372036854775808, 134217728, false",
            "17E,            0,           1152921504606846976, 134217728, false"})
    void isReadAsMemparseReads(String value, long base, long size, long align, boolean leftToKernel) {
        assertThat(DmemParameter.parse(value)).extracting(DmemParameter::base, DmemParameter::size,
                DmemParameter::align, DmemParameter::leftToKernel).containsExactly(base, size, align, leftToKernel);
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
            "''           ; has no size",
            "!            ; has no size",
            "G            ; has no size",
            "-1G          ; has no size",
            "' 1G'        ; has no size",
            "!!1G         ; has no size",
            "@5G          ; has no size",
            "0            ; asks for the size 0",
            "!0           ; asks for the size 0",
            "16E          ; asks for the size 0",
            "1Q           ; has \"Q\" where only @ADDRESS or :ALIGN may follow",
            "1GB          ; has \"B\" where only",
            "1G,2G        ; has \",2G\" where only",
            "1G!          ; has \"!\" where only",
            "1.5G         ; has \".5G\" where only",
            "1G@1G@2G     ; gives the address twice",
            "1G:1G:1G     ; gives the alignment twice",
            "1G@          ; has no number behind @",
            "1G:          ; has no number behind :",
            "1G@:1G       ; has no number behind @",
            "1G@x         ; has no number behind @",
            "1G@0         ; asks for the address 0",
            "1G:0         ; asks for the alignment 0",
            "1G:64M       ; asks for the alignment 64M, less than a memory section",
            "1G:4K        ; asks for the alignment 4K, less than a memory section",
            "1G:384M      ; asks for the alignment 384M, which is no power of two",
            "1G@64M       ; asks for the address 0x4000000, which is no multiple of the alignment 128M",
            "2G@1G:2G     ; asks for the address 0x40000000, which is no multiple of the alignment 2G",
            "0x40200000:1G; asks for the size 1026M, which is no multiple of the alignment 1G",
            "1000M        ; asks for the size 1000M, which is no multiple of the alignment 128M",
            "8E@8E        ; ends beyond 64 bits",
            "!1G@1G       ; has both ! and @ADDRESS"})
    void isRefusedByTheRuleItBreaks(String value, String rule) {
        assertThatThrownBy(() -> DmemParameter.parse(value)).isInstanceOf(ErrnoException.class)
                .hasMessageStartingWith("dmem=").hasMessageContaining(rule).hasMessageContaining("accepted is")
                .extracting(refused -> ((ErrnoException) refused).errno()).isEqualTo(Errno.EINVAL);
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
            "0:0           ; size 0",
            "1G@64M:384M   ; no power of two",
            "1G:64M@64M    ; less than a memory section",
            "1000M@64M     ; the address 0x4000000",
            "!1000M@128M   ; the size 1000M"})
    void ofSeveralMistakesTheKernelsFirstIsNamed(String value, String rule) {
        assertThatThrownBy(() -> DmemParameter.parse(value)).hasMessageContaining(rule);
    }

    @Test
    void noValueIsRefusedWithWhatIsAccepted() {
        assertThatThrownBy(() -> DmemParameter.parse(null)).hasMessageContaining("has no value")
                .hasMessageContaining("dmem=4G");
    }

    @Test
    void aSizeOffTheAlignmentIsAnsweredWithTheNextGoodOne() {
        assertThatThrownBy(() -> DmemParameter.parse("1000M")).hasMessageEndingWith("accepted is such as 1G");
    }
}
