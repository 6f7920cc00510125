package org.dmemfs.fs.fs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.annotation.Annotation;
import org.dmemfs.kernel.Errno;
import org.dmemfs.kernel.SeriesVersion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {
    @Test
    void theConfigurationIsRead() {
        Settings settings = Settings.of(new Given("v2", 7, "whole", 9, 24));
        assertThat(settings.series()).isEqualTo(SeriesVersion.V2);
        assertThat(settings.maxAllocTryDpages()).isEqualTo(7);
        assertThat(settings.wholeDpageLost()).isTrue();
        assertThat(settings.has(9)).isFalse();
        assertThat(settings.has(24)).isFalse();
        assertThat(settings.has(10)).isTrue();
    }

    @ParameterizedTest(name = "series {0}, maxAllocTryDpages {1}, poison {2}, without {3}")
    @CsvSource({"repaired, 0, page, 1", "repaired, -1, page, 1", "v3, 1, page, 1", "repaired, 1, half, 1",
            "repaired, 1, page, 0", "repaired, 1, page, 38"})
    void whatCannotBeIsRefused(String series, int batch, String poison, int without) {
        assertThatThrownBy(() -> Settings.of(new Given(series, batch, poison, without))).extracting("errno")
                .isEqualTo(Errno.EINVAL);
    }

    @SuppressWarnings({"ClassExplicitlyAnnotation", "ImmutableAnnotationChecker", "ArrayRecordComponent"}) // as read
    private record Given(String series, int maxAllocTryDpages, String poison, int... without) implements Configuration {
        @Override
        public Class<? extends Annotation> annotationType() {
            return Configuration.class;
        }
    }
}
