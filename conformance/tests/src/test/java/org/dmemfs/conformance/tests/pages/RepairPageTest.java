package org.dmemfs.conformance.tests.pages;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** docs/repairs.md says what the sources say. */
class RepairPageTest {
    @Test
    void pageIsWhatTheSourcesSay() {
        assertThat(RepairPage.committed())
                .as("docs/repairs.md: make it anew with -Dpages.write=true and read what changed")
                .isEqualTo(RepairPage.made());
    }
}
