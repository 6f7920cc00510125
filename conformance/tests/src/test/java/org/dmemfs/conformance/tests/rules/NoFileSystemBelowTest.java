package org.dmemfs.conformance.tests.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.dmemfs.conformance.tests.house.House;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("no-file-system-below")
class NoFileSystemBelowTest {
    private final Rule noFileSystemBelow = new NoFileSystemBelow();

    @TempDir
    Path directory;

    @Test
    void holds() {
        assertThat(noFileSystemBelow.offences(House.built())).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"host-linux/planted", "dmem-reserve/planted", "dmem-core/planted", "mm-hooks/planted",
            "mce/planted", "kvm-x86/planted", "vfio/planted", "schemes/hugetlb"})
    void whoeverMustNotKnowTheFileSystemIsFound(String folder) {
        assertThat(noFileSystemBelow.offences(knowing(folder)))
                .containsExactly(folder + ": org.dmemfs.planted.Knowing knows org.dmemfs.fs.Mount");
    }

    @ParameterizedTest
    @ValueSource(strings = {"dmemfs/planted", "schemes/dmemfs", "conformance/scenarios", "felix/commands"})
    void whoeverMayKnowItIsNot(String folder) {
        assertThat(noFileSystemBelow.offences(knowing(folder))).isEmpty();
    }

    @Test
    void importOfAJarIsFound() {
        House house = PlantedModule.in(directory, "mce/planted").header("Import-Package", "org.dmemfs.fs").inTheHouse();

        assertThat(noFileSystemBelow.offences(house)).containsExactly("mce/planted: its jar imports org.dmemfs.fs");
    }

    @Test
    void serviceRequirementIsFound() {
        House house = PlantedModule.in(directory, "vfio/planted").header("Require-Capability",
                "osgi.service;filter:=\"(objectClass=org.dmemfs.fs.Dmemfs)\"").inTheHouse();

        assertThat(noFileSystemBelow.offences(house))
                .containsExactly("vfio/planted: its jar requires the service org.dmemfs.fs.Dmemfs");
    }

    private House knowing(String folder) {
        return PlantedModule.in(directory, folder)
                .type("org.dmemfs.planted.Knowing", "class Knowing { org.dmemfs.fs.Mount mount; }").inTheHouse();
    }
}
