package org.dmemfs.conformance.tests.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Optional;
import org.dmemfs.conformance.tests.house.Drawing;
import org.dmemfs.conformance.tests.house.House;
import org.dmemfs.conformance.tests.house.ReactorModule;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("floors")
class FloorsTest {
    private final Rule floors = new Floors();

    @TempDir
    Path directory;

    @Test
    void holds() {
        assertThat(floors.offences(House.built())).isEmpty();
    }

    @Test
    void importThatGoesUpIsFound() {
        House house = PlantedModule.in(directory, "dmem-core/planted")
                .type("org.dmemfs.core.planted.Climber", "class Climber { org.dmemfs.mm.AddressSpace above; }")
                .inTheHouse();

        assertThat(floors.offences(house)).containsExactly("dmem-core/planted: org.dmemfs.core.planted.Climber uses "
                + "org.dmemfs.mm.AddressSpace, but no arrow goes from core to mm");
    }

    @Test
    void callInAMethodBodyIsFound() {
        House house = PlantedModule.in(directory, "vfio/planted").type("org.dmemfs.vfio.planted.Shortcut", """
                class Shortcut {
                    int version(Object object) {
                        return ((org.dmemfs.linux.HostKvm) object).apiVersion();
                    }
                }
                """).inTheHouse();

        assertThat(floors.offences(house)).isNotEmpty()
                .allSatisfy(offence -> assertThat(offence).contains("from vfio to linux"));
    }

    @Test
    void importOfAJarThatGoesUpIsFound() {
        House house = PlantedModule.in(directory, "dmem-reserve/planted")
                .header("Import-Package", "org.dmemfs.kernel,org.dmemfs.core;version=\"[1.0,2)\"").inTheHouse();

        assertThat(floors.offences(house)).containsExactly(
                "dmem-reserve/planted: its jar imports org.dmemfs.core, but no arrow goes from reserve to core");
    }

    @Test
    void serviceRequirementThatGoesUpIsFound() {
        House house = PlantedModule.in(directory, "mm-hooks/planted").header("Require-Capability",
                "osgi.service;filter:=\"(objectClass=org.dmemfs.core.DmemPool)\","
                        + "osgi.service;filter:=\"(objectClass=org.dmemfs.fs.Dmemfs)\"")
                .inTheHouse();

        assertThat(floors.offences(house)).containsExactly("mm-hooks/planted: its jar requires the service "
                + "org.dmemfs.fs.Dmemfs, but no arrow goes from mm to fs");
    }

    @Test
    void sharedHeadersMayUseNobody() {
        House house = PlantedModule.in(directory, "kernel")
                .type("org.dmemfs.kernel.planted.Chatty", "class Chatty { org.dmemfs.tracing.KernelLog log; }")
                .inTheHouse();

        assertThat(floors.offences(house)).hasSize(1).first().asString().contains("from kernel to tracing");
    }

    @Test
    void moduleThatWasNotReadIsFound() {
        House house = House.built()
                .with(new ReactorModule("mce/unread", "org.dmemfs.mce.unread", true, directory, Optional.empty()));

        assertThat(floors.offences(house)).singleElement().asString()
                .startsWith("mce/unread is a module of the reactor and was not read");
    }

    @Test
    void moduleThatIsNotDrawnIsFound() {
        House house = PlantedModule.in(directory, "attic/planted").inTheHouse();

        assertThat(floors.offences(house))
                .containsExactly("attic/planted is a module of the reactor and is not drawn");
    }

    @Test
    void arrowThatGoesUpIsFound() {
        Drawing upward = Drawing.read(House.built().root().resolve("docs/architecture.puml")).with("core", "mm");

        assertThat(floors.offences(House.built().under(upward)))
                .contains("the arrow core --> mm does not go down");
    }

    @Test
    void lineOfTheDrawingThatIsNoRuleIsRefused() {
        assertThatThrownBy(() -> Drawing.parse("kernel ..> tracing"))
                .hasMessageContaining("kernel ..> tracing");
    }
}
