package org.dmemfs.bench;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {
    @ParameterizedTest
    @ValueSource(strings = {"metadata", "owners", "vfio", "poison", "exchange", "mapping", "plan", "schemes"})
    void aMeasureWithoutWordsOfItsOwnTakesNone(String measure) {
        assertThatIllegalArgumentException().isThrownBy(() -> Main.refuseSurplus(measure, List.of("5", "x")))
                .withMessage("\"5\" is too much: " + measure + " takes no words");
    }

    @ParameterizedTest
    @ValueSource(strings = {"start", "jmh"})
    void theOthersTakeTheirs(String measure) {
        assertThatCode(() -> Main.refuseSurplus(measure, List.of("5"))).doesNotThrowAnyException();
    }
}
