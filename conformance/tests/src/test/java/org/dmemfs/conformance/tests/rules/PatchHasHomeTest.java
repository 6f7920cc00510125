package org.dmemfs.conformance.tests.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.dmemfs.conformance.tests.house.House;
import org.dmemfs.conformance.tests.pages.PatchPage;
import org.dmemfs.conformance.PatchSeries;
import org.dmemfs.conformance.SeriesPatch;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("patch-has-home")
class PatchHasHomeTest {
    @TempDir
    Path directory;

    @Test
    void holds() {
        assertThat(new PatchHasHome(PatchPage.committed()).offences(House.built())).isEmpty();
    }

    @Test
    void tableHasEachPatchOnce() {
        assertThat(PatchSeries.patches()).extracting(SeriesPatch::v2)
                .containsExactlyElementsOf(IntStream.rangeClosed(1, 37).boxed().toList());
        assertThat(PatchSeries.patches()).extracting(SeriesPatch::v1).filteredOn(number -> number != 0)
                .containsExactlyElementsOf(IntStream.rangeClosed(1, 35).boxed().toList());
    }

    @Test
    void patchWithoutAClassThatIsNotPendingIsFound() {
        House empty = PlantedModule.in(directory, "vfio/planted").inTheHouse();

        assertThat(pendingAllBut(25).offences(empty))
                .containsExactly("patch 25 has no class in [vfio] and is not pending");
    }

    @Test
    void classInAnotherFolderIsNoHome() {
        House house = withPatch("mce/planted", "@org.dmemfs.kernel.Patch(v1 = 25, v2 = 25)", "v1:Long=25;v2:Long=25");

        assertThat(pendingAllBut(25).offences(house))
                .containsExactly("patch 25 has no class in [vfio] and is not pending");
    }

    @Test
    void patchWithAClassThatIsStillPendingIsFound() {
        House house = withPatch("vfio/planted", "@org.dmemfs.kernel.Patch(v1 = 25, v2 = 25)", "v1:Long=25;v2:Long=25");

        assertThat(pendingAllBut(0).offences(house))
                .containsExactly("patch 25 has a class and is still listed as pending");
    }

    @Test
    void twoPatchesOnOneClassAreBothFound() {
        House house = withPatch("vfio/planted",
                "@org.dmemfs.kernel.Patch(v1 = 25, v2 = 25) @org.dmemfs.kernel.Patch(v2 = 36)",
                "v1:Long=25;v2:Long=25,org.dmemfs.patch;v2:Long=36");

        assertThat(pendingAllBut(0).offences(house)).containsExactly(
                "patch 25 has a class and is still listed as pending",
                "patch 36 has a class and is still listed as pending");
    }

    @Test
    void manifestThatDoesNotNameThePatchIsFound() {
        House house = PlantedModule.in(directory, "vfio/planted").type("org.dmemfs.vfio.planted.Estimation",
                "@org.dmemfs.kernel.Patch(v1 = 25, v2 = 25) class Estimation { }").inTheHouse();

        assertThat(pendingAllBut(25).offences(house)).containsExactly(
                "vfio/planted: its classes name the patches [25/25] (v1/v2), its manifest []");
    }

    @Test
    void patchThatThereIsNotIsFound() {
        House house = withPatch("vfio/planted", "@org.dmemfs.kernel.Patch(v2 = 38)", "v2:Long=38");

        assertThat(pendingAllBut(0).offences(house)).containsExactly(
                "org.dmemfs.vfio.planted.Estimation names a patch that there is not: v1=0, v2=38");
    }

    private House withPatch(String folder, String annotations, String attributes) {
        return PlantedModule.in(directory, folder)
                .type("org.dmemfs.vfio.planted.Estimation", annotations + " class Estimation { }")
                .header("Provide-Capability", "org.dmemfs.patch;" + attributes).inTheHouse();
    }

    private static PatchHasHome pendingAllBut(int number) {
        return new PatchHasHome("Pending, with no class yet: " + IntStream.rangeClosed(1, 37)
                .filter(patch -> patch != number).mapToObj(Integer::toString).collect(Collectors.joining(", ")) + ".");
    }
}
