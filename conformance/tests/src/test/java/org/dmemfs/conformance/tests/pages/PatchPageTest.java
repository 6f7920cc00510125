package org.dmemfs.conformance.tests.pages;

import static org.assertj.core.api.Assertions.assertThat;

import org.dmemfs.kernel.Patch;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** docs/patches.md says what the classes say: a patch that has got a class and is still listed as pending fails it. */
@Patch(v1 = 35, v2 = 37)
@DisplayName("patch-has-home: the page")
class PatchPageTest {
    @Test
    void pageIsWhatTheClassesSay() {
        assertThat(PatchPage.committed())
                .as("docs/patches.md: make it anew with -Dpages.write=true and read what changed")
                .isEqualTo(PatchPage.made());
    }
}
