package org.dmemfs.conformance.tests.pages;

import com.tngtech.archunit.core.domain.JavaAnnotation;
import com.tngtech.archunit.core.domain.JavaClass;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.dmemfs.conformance.SeriesPatch;
import org.dmemfs.conformance.tests.house.House;
import org.dmemfs.conformance.tests.house.ReactorModule;

/** Which class is the home of which patch, read from the classes. */
public final class PatchHomes {
    private static final String ONE = "org.dmemfs.kernel.Patch";
    private static final String SEVERAL = "org.dmemfs.kernel.Patches";

    private PatchHomes() {
    }

    /** That a class names a patch; a number is 0 where the annotation leaves it out. */
    public record Home(int v1, int v2, ReactorModule module, String className) {
        /** Whether it names this patch, by either number that is not 0. */
        public boolean isOf(SeriesPatch patch) {
            return v2 != 0 ? v2 == patch.v2() : v1 != 0 && v1 == patch.v1();
        }

        /** The name without its package. */
        public String simpleName() {
            return className.substring(className.lastIndexOf('.') + 1);
        }
    }

    /** The homes in some modules, in their order. */
    public static List<Home> in(House house, List<ReactorModule> modules) {
        return modules.stream().flatMap(
                module -> house.classesOf(module).stream().flatMap(javaClass -> of(module, javaClass))).toList();
    }

    private static Stream<Home> of(ReactorModule module, JavaClass javaClass) {
        return javaClass.getAnnotations().stream().flatMap(PatchHomes::patches)
                .map(patch -> new Home(number(patch, "v1"), number(patch, "v2"), module, javaClass.getName()));
    }

    private static Stream<JavaAnnotation<?>> patches(JavaAnnotation<?> annotation) {
        String type = annotation.getRawType().getName();
        if (type.equals(SEVERAL)) {
            return Arrays.stream((JavaAnnotation<?>[]) annotation.get("value").orElseThrow());
        }
        return type.equals(ONE) ? Stream.of(annotation) : Stream.empty();
    }

    private static int number(JavaAnnotation<?> patch, String series) {
        return Objects.requireNonNullElse((Integer) patch.get(series).orElse(null), 0);
    }
}
