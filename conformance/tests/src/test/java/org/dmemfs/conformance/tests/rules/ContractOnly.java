package org.dmemfs.conformance.tests.rules;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.dmemfs.conformance.tests.house.Drawing;
import org.dmemfs.conformance.tests.house.House;
import org.dmemfs.conformance.tests.house.ReactorModule;

/**
 * {@code contract-only}: what one folder uses of another is in a package that a contract exports, and no provider
 * exports anything. What is never shipped may look inside.
 */
final class ContractOnly implements Rule {
    @Override
    public List<String> offences(House house) {
        List<String> offences = new ArrayList<>();
        for (ReactorModule module : house.shipped()) {
            for (JavaClass javaClass : house.classesOf(module)) {
                javaClass.getDirectDependenciesFromSelf().forEach(use -> check(house, module, use, offences));
            }
            for (String exported : house.manifestOf(module).exports()) {
                if (!module.isContract()) {
                    offences.add(module + " is a provider and exports " + exported);
                } else if (!ReactorModule.isContractPackage(exported)) {
                    offences.add(module + " exports " + exported + ", which is not org.dmemfs and one word");
                }
            }
        }
        return offences.stream().distinct().toList();
    }

    private static void check(House house, ReactorModule module, Dependency use, List<String> offences) {
        JavaClass used = use.getTargetClass();
        Optional<ReactorModule> owner = house.moduleOf(used);
        Optional<Drawing.Component> here = house.drawing().of(module);
        if (owner.isPresent() && !house.drawing().of(owner.get()).equals(here)
                && !(owner.get().isContract() && ReactorModule.isContractPackage(used.getPackageName()))) {
            offences.add(module + ": " + use.getOriginClass().getName() + " uses " + used.getName() + " of "
                    + owner.get() + ", which no contract exports");
        }
    }
}
