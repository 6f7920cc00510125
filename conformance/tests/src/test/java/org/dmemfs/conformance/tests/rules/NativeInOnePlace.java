package org.dmemfs.conformance.tests.rules;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.dmemfs.conformance.tests.house.House;
import org.dmemfs.conformance.tests.house.ReactorModule;

/**
 * {@code native-in-one-place}: the linker, symbol lookups, the methods that the JDK restricts, native methods and Unsafe
 * are used in host-linux/native only. Tests and the bench are held to it too.
 */
final class NativeInOnePlace implements Rule {
    private static final String PLACE = "host-linux/native";
    private static final Set<String> TYPES = Set.of("java.lang.foreign.Linker", "java.lang.foreign.SymbolLookup",
            "sun.misc.Unsafe", "jdk.internal.misc.Unsafe");
    private static final Set<String> RESTRICTED = Set.of("java.lang.foreign.MemorySegment.reinterpret",
            "java.lang.foreign.AddressLayout.withTargetLayout", "java.lang.System.load",
            "java.lang.System.loadLibrary", "java.lang.Runtime.load", "java.lang.Runtime.loadLibrary",
            "java.lang.ModuleLayer$Controller.enableNativeAccess");

    @Override
    public List<String> offences(House house) {
        List<String> offences = new ArrayList<>();
        for (ReactorModule module : house.examined()) {
            if (module.folder().equals(PLACE)) {
                continue;
            }
            for (JavaClass javaClass : house.classesOf(module)) {
                uses(javaClass).map(use -> module + ": " + javaClass.getName() + " " + use + ", which belongs to "
                        + PLACE).forEach(offences::add);
            }
        }
        return offences.stream().distinct().toList();
    }

    private static Stream<String> uses(JavaClass javaClass) {
        Stream<String> types = javaClass.getDirectDependenciesFromSelf().stream()
                .map(dependency -> dependency.getTargetClass().getName().replaceAll("\\$.*", ""))
                .filter(TYPES::contains).map(type -> "uses " + type);
        Stream<String> calls = javaClass.getAccessesFromSelf().stream().map(NativeInOnePlace::target)
                .filter(RESTRICTED::contains).map(method -> "calls " + method);
        Stream<String> declared = javaClass.getMethods().stream()
                .filter(method -> method.getModifiers().contains(JavaModifier.NATIVE))
                .map(method -> "declares the native method " + method.getName());
        return Stream.of(types, calls, declared).flatMap(each -> each);
    }

    private static String target(JavaAccess<?> access) {
        return access.getTargetOwner().getName() + "." + access.getName();
    }
}
