package org.dmemfs.conformance.tests.rules;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import java.util.ArrayList;
import java.util.List;
import org.dmemfs.conformance.tests.house.BundleManifest;
import org.dmemfs.conformance.tests.house.Drawing;
import org.dmemfs.conformance.tests.house.House;
import org.dmemfs.conformance.tests.house.ReactorModule;

/**
 * {@code no-file-system-below}: nothing under floor 5 knows dmemfs, and on floor 6 only its adapter does: in no type
 * that it uses, no package that its jar imports and no service that it requires.
 */
final class NoFileSystemBelow implements Rule {
    private static final String FILE_SYSTEM = "org.dmemfs.fs";

    @Override
    public List<String> offences(House house) {
        List<String> offences = new ArrayList<>();
        Drawing.Component fileSystem = house.drawing().component("fs");
        Drawing.Component adapter = house.drawing().component("adapter");
        for (ReactorModule module : house.shipped()) {
            Drawing.Component component = house.drawing().of(module).orElse(fileSystem);
            boolean mustNotKnow = component.floor() < fileSystem.floor()
                    || component.floor() == adapter.floor() && !component.equals(adapter);
            if (mustNotKnow) {
                examine(house, module, offences);
            }
        }
        return offences.stream().distinct().toList();
    }

    private static void examine(House house, ReactorModule module, List<String> offences) {
        for (JavaClass javaClass : house.classesOf(module)) {
            for (Dependency use : javaClass.getDirectDependenciesFromSelf()) {
                if (isFileSystem(use.getTargetClass().getPackageName())) {
                    offences.add(module + ": " + javaClass.getName() + " knows " + use.getTargetClass().getName());
                }
            }
        }
        BundleManifest manifest = house.manifestOf(module);
        manifest.imports().stream().filter(NoFileSystemBelow::isFileSystem)
                .map(imported -> module + ": its jar imports " + imported).forEach(offences::add);
        manifest.requiredServices().stream().filter(NoFileSystemBelow::isFileSystem)
                .map(service -> module + ": its jar requires the service " + service).forEach(offences::add);
    }

    private static boolean isFileSystem(String name) {
        return name.equals(FILE_SYSTEM) || name.startsWith(FILE_SYSTEM + ".");
    }
}
