package org.dmemfs.conformance.tests.house;

import aQute.bnd.header.Attrs;
import aQute.bnd.header.OSGiHeader;
import aQute.bnd.header.Parameters;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the rules want from a bundle's headers. */
public final class BundleManifest {
    private static final Pattern OBJECT_CLASS = Pattern.compile("objectClass=([\\w.$]+)");

    private final Attributes headers;

    private BundleManifest(Attributes headers) {
        this.headers = headers;
    }

    static BundleManifest none() {
        return new BundleManifest(new Attributes());
    }

    static BundleManifest of(Path location) {
        if (!location.toString().endsWith(".jar")) {
            return none();
        }
        try (JarFile jar = new JarFile(location.toFile())) {
            Manifest manifest = jar.getManifest();
            return manifest == null ? none() : new BundleManifest(manifest.getMainAttributes());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Its packages that others may import. */
    public Set<String> exports() {
        return header("Export-Package").keySet();
    }

    /** The packages it wants from others. */
    public Set<String> imports() {
        return header("Import-Package").keySet();
    }

    /** The types of the services it asks for. */
    public Set<String> requiredServices() {
        Set<String> types = new HashSet<>();
        for (Map.Entry<String, Attrs> requirement : header("Require-Capability").entrySet()) {
            if (key(requirement).equals("osgi.service")) {
                Matcher matcher = OBJECT_CLASS.matcher(requirement.getValue().getOrDefault("filter:", ""));
                while (matcher.find()) {
                    types.add(matcher.group(1));
                }
            }
        }
        return types;
    }

    /** The numbers of the patches it names as its own, as "v1/v2". */
    public Collection<String> patches() {
        List<Map.Entry<String, Attrs>> named = header("Provide-Capability").entrySet().stream()
                .filter(capability -> key(capability).equals("org.dmemfs.patch")).toList();
        return named.stream().map(capability -> capability.getValue().getOrDefault("v1", "0") + "/"
                + capability.getValue().getOrDefault("v2", "0")).sorted().distinct().toList();
    }

    private Parameters header(String name) {
        return OSGiHeader.parseHeader(headers.getValue(name));
    }

    // bnd marks a second clause of one namespace with a trailing ~.
    private static String key(Map.Entry<String, Attrs> clause) {
        return clause.getKey().replaceAll("~+$", "");
    }
}
