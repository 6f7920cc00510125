package org.dmemfs.felix.commands.tour;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.dmemfs.kvm.FillPattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TourPatternTest {
    private static final int PAGES = 300;
    private static final TourPattern PATTERN = TourPattern.of((PAGES + 1) * 4096L);

    /** What the guest's program stores. */
    private static MemorySegment stored() {
        MemorySegment memory = MemorySegment.ofArray(new long[PAGES * 512]);
        FillPattern program = PATTERN.program();
        for (int word = 0; word < PAGES * 512; word++) {
            memory.setAtIndex(ValueLayout.JAVA_LONG, word, program.valueOfPage(word / 512));
        }
        return memory;
    }

    private static void verify(MemorySegment memory) {
        PATTERN.verify((offset, target) -> MemorySegment.copy(memory, offset, target, 0, target.byteSize()));
    }

    @Test
    void whatTheGuestStoredIsFound() {
        assertThatCode(() -> verify(stored())).doesNotThrowAnyException();
    }

    @ParameterizedTest(name = "byte {0} is wrong")
    @ValueSource(longs = {0, 7, 8, 4095, 4096, 5000, 1 << 20, PAGES * 4096L - 1})
    void oneWrongByteIsNamed(long offset) {
        MemorySegment memory = stored();
        memory.set(ValueLayout.JAVA_BYTE, offset, (byte) ~memory.get(ValueLayout.JAVA_BYTE, offset));
        assertThatThrownBy(() -> verify(memory)).isInstanceOf(TourFailure.class)
                .hasMessage("byte 0x%x of the file is not what the guest stored".formatted(offset));
    }
}
