package org.dmemfs.felix.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.dmemfs.felix.UsageException;
import org.junit.jupiter.api.Test;

class StartLevelsTest {
    @Test
    void aBundleThatIsNotNamedStartsWithTheMachine() {
        StartLevels levels = new StartLevels(Map.of("dmem.start.level.1", "a b", "dmem.start.level.2", "c",
                "dmem.start.level.6", "e"));
        assertThat(new int[]{levels.of("a"), levels.of("b"), levels.of("c"), levels.of("d"), levels.of("e")})
                .containsExactly(1, 1, 2, 5, 6);
    }

    @Test
    void aLevelThatThereIsNotIsRefused() {
        assertThatThrownBy(() -> new StartLevels(Map.of("dmem.start.level.9", "a"))).isInstanceOf(UsageException.class)
                .hasMessageContaining("dmem.start.level.9");
    }
}
