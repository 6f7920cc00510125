package org.dmemfs.conformance.tests.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.dmemfs.conformance.tests.house.House;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("contract-only")
class ContractOnlyTest {
    private final Rule contractOnly = new ContractOnly();

    @TempDir
    Path directory;

    @Test
    void holds() {
        assertThat(contractOnly.offences(House.built())).isEmpty();
    }

    @Test
    void useOfAProvidersClassIsFound() {
        House house = PlantedModule.in(directory, "dmem-core/planted").type("org.dmemfs.core.planted.Insider",
                "class Insider { org.dmemfs.tracing.ftrace.Tracefs provider; }").inTheHouse();

        assertThat(contractOnly.offences(house)).containsExactly("dmem-core/planted: org.dmemfs.core.planted.Insider "
                + "uses org.dmemfs.tracing.ftrace.Tracefs of tracing/ftrace, which no contract exports");
    }

    @Test
    void providerThatExportsIsFound() {
        House house = PlantedModule.in(directory, "dmem-core/planted")
                .header("Export-Package", "org.dmemfs.core.planted;version=\"1.0.0\"").inTheHouse();

        assertThat(contractOnly.offences(house))
                .containsExactly("dmem-core/planted is a provider and exports org.dmemfs.core.planted");
    }

    @Test
    void contractThatExportsMoreThanItsWordIsFound() {
        House house = PlantedModule.in(directory, "dmem-core/api")
                .header("Export-Package", "org.dmemfs.core,org.dmemfs.core.internal").inTheHouse();

        assertThat(contractOnly.offences(house)).containsExactly(
                "dmem-core/api exports org.dmemfs.core.internal, which is not org.dmemfs and one word");
    }
}
