package org.dmemfs.conformance.tests.house;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.Location;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.jar.JarFile;

/**
 * The reactor and its drawing, as a rule sees them.
 *
 * @see #built for the one that this build made
 */
public final class House {
    private static final House BUILT = readBuilt();

    private final Path root;
    private final Drawing drawing;
    private final List<ReactorModule> modules;
    private final List<ReactorModule> examined;
    private final Map<ReactorModule, BundleManifest> manifests = new HashMap<>();
    private final Map<ReactorModule, List<JavaClass>> classes = new HashMap<>();
    private final Map<String, ReactorModule> owners = new HashMap<>();

    private House(Path root, Drawing drawing, List<ReactorModule> modules, List<ReactorModule> examined) {
        this.root = root;
        this.drawing = drawing;
        this.modules = modules;
        this.examined = examined;
    }

    /** Imports the classes and headers of the modules that a rule goes through. */
    private House read() {
        List<Location> locations = new ArrayList<>();
        for (ReactorModule module : examined) {
            module.location().ifPresent(path -> {
                locations.add(locationOf(path));
                manifests.put(module, BundleManifest.of(path));
            });
        }
        for (JavaClass javaClass : new ClassFileImporter().importLocations(locations)) {
            builtFrom(javaClass).ifPresent(module -> {
                classes.computeIfAbsent(module, key -> new ArrayList<>()).add(javaClass);
                owners.put(javaClass.getName(), module);
            });
        }
        return this;
    }

    private static Location locationOf(Path path) {
        try {
            return path.toString().endsWith(".jar") ? Location.of(new JarFile(path.toFile())) : Location.of(path);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** The house that this build made: read once, and used by every rule. */
    public static House built() {
        return BUILT;
    }

    private static House readBuilt() {
        Path root = Path.of(System.getProperty("reactor.directory", "../..")).toAbsolutePath().normalize();
        List<ReactorModule> modules = Reactor.modules(root, System.getProperty("java.class.path"));
        return new House(root, Drawing.read(root.resolve("docs/architecture.puml")), modules, modules).read();
    }

    /** The same house with an offender in it, at which alone the rule looks. */
    public House with(ReactorModule planted) {
        List<ReactorModule> both = new ArrayList<>(List.of(planted));
        both.addAll(modules);
        House house = new House(root, drawing, List.copyOf(both), List.of(planted));
        house.classes.putAll(classes);
        house.owners.putAll(owners);
        house.manifests.putAll(manifests);
        return house.read();
    }

    /** The same modules under another drawing. */
    public House under(Drawing other) {
        House house = new House(root, other, modules, examined);
        house.classes.putAll(classes);
        house.owners.putAll(owners);
        house.manifests.putAll(manifests);
        return house;
    }

    public Path root() {
        return root;
    }

    public Drawing drawing() {
        return drawing;
    }

    /** Every module, also those that are only looked up. */
    public List<ReactorModule> modules() {
        return modules;
    }

    /** The modules that a rule goes through. */
    public List<ReactorModule> examined() {
        return examined;
    }

    /** The modules that a rule goes through and that may be shipped. */
    public List<ReactorModule> shipped() {
        return examined.stream()
                .filter(module -> drawing.of(module).filter(Drawing.Component::neverShipped).isEmpty()).toList();
    }

    public List<JavaClass> classesOf(ReactorModule module) {
        return classes.getOrDefault(module, List.of());
    }

    /** The headers of a module's jar; without any where there is no jar. */
    public BundleManifest manifestOf(ReactorModule module) {
        return manifests.getOrDefault(module, BundleManifest.none());
    }

    /** Whether a class is the project's. */
    public static boolean isOurs(JavaClass javaClass) {
        return javaClass.getPackageName().startsWith("org.dmemfs");
    }

    /**
     * The module that a class was built from, or empty for one that is not ours. It goes by name first: a class path may
     * hold a second copy of a jar.
     */
    public Optional<ReactorModule> moduleOf(JavaClass javaClass) {
        JavaClass element = javaClass.getBaseComponentType();
        if (!isOurs(element)) {
            return Optional.empty();
        }
        return Optional.ofNullable(owners.get(element.getName())).or(() -> builtFrom(element));
    }

    private Optional<ReactorModule> builtFrom(JavaClass javaClass) {
        return javaClass.getSource().map(source -> source.getUri().toString())
                .flatMap(uri -> modules.stream().filter(module -> module.location()
                        .filter(location -> isIn(uri, location, module.isJar())).isPresent()).findFirst());
    }

    /** Whether a class is a module's or of the kit that the module has for the tests of others. */
    private static boolean isIn(String uri, Path location, boolean jar) {
        return jar
                ? uri.contains(location + "!")
                        || uri.contains(location.toString().replaceFirst("\\.jar$", "-tests.jar!"))
                : uri.contains(location + "/") || uri.contains(location.resolveSibling("test-classes") + "/");
    }

    /** The module whose jar exports a package. */
    public Optional<ReactorModule> exporterOf(String packageName) {
        return modules.stream().filter(module -> manifestOf(module).exports().contains(packageName)).findFirst();
    }
}
