package org.dmemfs.conformance.tests.rules;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.dmemfs.conformance.tests.house.BundleManifest;
import org.dmemfs.conformance.tests.house.Drawing;
import org.dmemfs.conformance.tests.house.House;
import org.dmemfs.conformance.tests.house.ReactorModule;

/**
 * {@code floors}: what a class uses, what a jar imports and the services it requires follow the drawing; a module of
 * the reactor that was not read is an offence, and so is one that is not drawn.
 */
final class Floors implements Rule {
    @Override
    public List<String> offences(House house) {
        List<String> offences = new ArrayList<>();
        drawn(house, offences);
        for (ReactorModule module : house.examined()) {
            if (module.hasCode() && house.classesOf(module).isEmpty()) {
                offences.add(
                        module + " is a module of the reactor and was not read: the rules need it as a dependency");
            }
            house.drawing().of(module).ifPresentOrElse(component -> follow(house, module, component, offences),
                    () -> offences.add(module + " is a module of the reactor and is not drawn"));
        }
        return offences.stream().distinct().toList();
    }

    private static void drawn(House house, List<String> offences) {
        Drawing drawing = house.drawing();
        drawing.upward().forEach(arrow -> offences.add("the arrow " + arrow.from() + " --> " + arrow.to()
                + " does not go down"));
        for (Drawing.Component component : drawing.components()) {
            boolean built = house.modules().stream()
                    .anyMatch(module -> drawing.of(module).filter(component::equals).isPresent());
            if (built == component.later()) {
                offences.add(component.folder() + (built
                        ? " has a module and is still drawn as <<later>>"
                        : " is drawn and has no module: draw it as <<later>>"));
            }
        }
    }

    private static void follow(House house, ReactorModule module, Drawing.Component component,
            List<String> offences) {
        for (JavaClass javaClass : house.classesOf(module)) {
            for (Dependency dependency : javaClass.getDirectDependenciesFromSelf()) {
                JavaClass used = dependency.getTargetClass();
                if (House.isOurs(used.getBaseComponentType()) && house.moduleOf(used).isEmpty()) {
                    offences.add(module + ": " + javaClass.getName() + " uses " + used.getName()
                            + ", which is of no module that was read");
                }
                check(house, component, house.moduleOf(used), module + ": " + javaClass.getName() + " uses "
                        + used.getName(), offences);
            }
        }
        BundleManifest manifest = house.manifestOf(module);
        for (String imported : manifest.imports()) {
            check(house, component, house.exporterOf(imported), module + ": its jar imports " + imported, offences);
        }
        for (String service : manifest.requiredServices()) {
            check(house, component, house.exporterOf(service.substring(0, service.lastIndexOf('.'))),
                    module + ": its jar requires the service " + service, offences);
        }
    }

    private static void check(House house, Drawing.Component from, Optional<ReactorModule> target, String sentence,
            List<String> offences) {
        Optional<Drawing.Component> to = target.flatMap(house.drawing()::of);
        if (to.isPresent() && !house.drawing().allows(from, to.get())) {
            offences.add(sentence + ", but no arrow goes from " + from.name() + " to " + to.get().name());
        }
    }
}
