package org.dmemfs.conformance.tests.rules;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.dmemfs.conformance.tests.house.House;
import org.dmemfs.conformance.tests.house.ReactorModule;

/**
 * {@code one-word-one-thing}: no two exported types share a simple name. A nested type is read with its outer one, as
 * its users write it ({@code MemoryPolicy.Mode}), so its name is the pair.
 */
final class OneWordOneThing implements Rule {
    @Override
    public List<String> offences(House house) {
        Map<String, SortedSet<String>> things = new TreeMap<>();
        for (ReactorModule module : house.modules()) {
            if (module.isContract()) {
                // A planted module has classes only, a looked-up one its exports.
                exportedTypes(house, module).forEach(type -> things
                        .computeIfAbsent(word(type.getName()), word -> new TreeSet<>()).add(type.getName()));
            }
        }
        List<String> offences = new ArrayList<>();
        things.forEach((word, types) -> {
            if (types.size() > 1) {
                offences.add(word + " is " + String.join(" and ", types));
            }
        });
        return offences;
    }

    private static List<JavaClass> exportedTypes(House house, ReactorModule module) {
        return house.classesOf(module).stream()
                .filter(type -> ReactorModule.isContractPackage(type.getPackageName()))
                .filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC)).toList();
    }

    private static String word(String qualifiedName) {
        return qualifiedName.substring(qualifiedName.lastIndexOf('.') + 1).replace('$', '.');
    }
}
