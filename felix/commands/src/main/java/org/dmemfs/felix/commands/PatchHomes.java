package org.dmemfs.felix.commands;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.Annotation;
import java.lang.classfile.AnnotationElement;
import java.lang.classfile.AnnotationValue;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.net.URL;
import java.util.Collection;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;

/** The classes that say of themselves that they are the home of a patch, read from the bundles that are installed. */
final class PatchHomes {
    private static final String CAPABILITY = "org.dmemfs.patch";
    private static final String ONE = "Lorg/dmemfs/kernel/Patch;";
    private static final String SEVERAL = "Lorg/dmemfs/kernel/Patches;";

    private final Map<Integer, SortedSet<String>> classes = new TreeMap<>();

    PatchHomes(BundleContext context) {
        for (Bundle bundle : context.getBundles()) {
            String provided = bundle.getHeaders("").get(Constants.PROVIDE_CAPABILITY);
            if (provided != null && provided.contains(CAPABILITY)) {
                Enumeration<URL> entries = bundle.findEntries("/", "*.class", true);
                (entries == null ? List.<URL>of() : Collections.list(entries)).forEach(this::read);
            }
        }
    }

    /** The binary names of the classes of a patch. */
    Collection<String> of(int v2) {
        return classes.getOrDefault(v2, Collections.emptySortedSet());
    }

    private void read(URL entry) {
        try (InputStream stream = entry.openStream()) {
            ClassModel model = ClassFile.of().parse(stream.readAllBytes());
            String name = model.thisClass().asInternalName().replace('/', '.');
            model.findAttribute(Attributes.runtimeInvisibleAnnotations()).stream()
                    .flatMap(attribute -> attribute.annotations().stream()).flatMap(PatchHomes::single)
                    .forEach(patch -> classes.computeIfAbsent(number(patch), any -> new TreeSet<>()).add(name));
        } catch (IOException unreadable) {
            throw new IllegalStateException("%s cannot be read: %s".formatted(entry, unreadable.getMessage()),
                    unreadable);
        }
    }

    private static Stream<Annotation> single(Annotation annotation) {
        String type = annotation.className().stringValue();
        if (type.equals(SEVERAL)) {
            return annotation.elements().stream().map(AnnotationElement::value)
                    .flatMap(value -> ((AnnotationValue.OfArray) value).values().stream())
                    .map(value -> ((AnnotationValue.OfAnnotation) value).annotation());
        }
        return type.equals(ONE) ? Stream.of(annotation) : Stream.empty();
    }

    private static int number(Annotation patch) {
        return patch.elements().stream().filter(element -> element.name().equalsString("v2"))
                .mapToInt(element -> ((AnnotationValue.OfInt) element.value()).intValue()).findFirst().orElse(0);
    }
}
