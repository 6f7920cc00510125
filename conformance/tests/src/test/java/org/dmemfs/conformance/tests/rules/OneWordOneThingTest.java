package org.dmemfs.conformance.tests.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.dmemfs.conformance.tests.house.House;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("one-word-one-thing")
class OneWordOneThingTest {
    private final Rule oneWordOneThing = new OneWordOneThing();

    @TempDir
    Path directory;

    @Test
    void holds() {
        assertThat(oneWordOneThing.offences(House.built())).isEmpty();
    }

    @Test
    void secondExportedTypeOfANameIsFound() {
        House house = PlantedModule.in(directory, "schemes/api")
                .type("org.dmemfs.schemes.Mount", "public interface Mount { }").inTheHouse();

        assertThat(oneWordOneThing.offences(house))
                .containsExactly("Mount is org.dmemfs.fs.Mount and org.dmemfs.schemes.Mount");
    }

    @Test
    void nameOfAProvidersOwnClassIsFree() {
        House house = PlantedModule.in(directory, "schemes/planted")
                .type("org.dmemfs.schemes.planted.Mount", "public interface Mount { }").inTheHouse();

        assertThat(oneWordOneThing.offences(house)).isEmpty();
    }
}
