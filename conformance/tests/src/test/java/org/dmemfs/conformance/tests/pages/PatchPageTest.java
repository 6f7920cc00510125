package org.dmemfs.conformance.tests.pages;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.dmemfs.conformance.tests.house.House;
import org.dmemfs.kernel.Patch;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** docs/patches.md says what the classes say: a patch that has got a class and is still listed as pending fails it. */
@Patch(v1 = 35, v2 = 37)
@DisplayName("patch-has-home: the page")
class PatchPageTest {
    private static final Path PAGE = House.built().root().resolve("docs/patches.md");

    @Test
    void pageIsWhatTheClassesSay() throws IOException {
        String page = new PatchPage(PatchHomes.in(House.built(), House.built().examined())).text();
        if (Boolean.getBoolean("pages.write")) {
            Files.writeString(PAGE, page);
        }

        assertThat(Files.readString(PAGE))
                .as("docs/patches.md: make it anew with -Dpages.write=true and read what changed").isEqualTo(page);
    }
}
