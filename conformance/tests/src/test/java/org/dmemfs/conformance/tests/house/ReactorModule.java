package org.dmemfs.conformance.tests.house;

import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A module of the reactor that makes a jar.
 *
 * @param folder its folder, relative to the reactor's, such as dmem-core/pool
 * @param artifactId its name, which is its bundle's symbolic name
 * @param hasCode whether it has sources of a product
 * @param sources where its sources are
 * @param location its jar, or its folder of classes in a build that stops before jars; empty where it was not read
 */
public record ReactorModule(String folder, String artifactId, boolean hasCode, Path sources, Optional<Path> location) {
    private static final Pattern CONTRACT = Pattern.compile("org\\.dmemfs\\.[a-z]+");

    /** Whether other folders may see its packages. */
    public boolean isContract() {
        return folder.endsWith("/api") || folder.equals("kernel") || folder.equals("conformance/scenarios")
                || folder.equals("felix/launcher");
    }

    /** Whether its jar is there, not only its classes. */
    public boolean isJar() {
        return location.filter(path -> path.toString().endsWith(".jar")).isPresent();
    }

    /** Whether a package is one that a contract exports: org.dmemfs and one word. */
    public static boolean isContractPackage(String packageName) {
        return CONTRACT.matcher(packageName).matches();
    }

    @Override
    public String toString() {
        return folder;
    }
}
