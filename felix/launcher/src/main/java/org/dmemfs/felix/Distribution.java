package org.dmemfs.felix;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * An assembled Felix directory: {@code bin} with the launcher and its class path, {@code bundle}, {@code conf}. Immutable.
 *
 * @param home the directory
 * @param sharedPackages more packages that bundles get from the class path, each as {@code name;version=1.0.0}: a test
 *        that calls services names the api packages it was compiled against
 */
public record Distribution(Path home, List<String> sharedPackages) {
    /**
     * Checks the directory.
     *
     * @throws UsageException where it has no bundles
     */
    public Distribution {
        sharedPackages = List.copyOf(sharedPackages);
        if (!Files.isDirectory(home.resolve("bundle"))) {
            throw new UsageException(home + " is no distribution: it has no folder named bundle");
        }
    }

    /**
     * The distribution that the launcher's own jar lies in.
     *
     * @return its directory
     * @throws UsageException where the launcher was not started from one
     */
    public static Distribution ofLauncher() {
        try {
            Path jar = Path.of(Distribution.class.getProtectionDomain().getCodeSource().getLocation().toURI());
            Path bin = jar.getParent();
            if (bin == null || bin.getParent() == null) {
                throw new UsageException(jar + " does not lie in the folder bin of a distribution");
            }
            return new Distribution(bin.getParent(), List.of());
        } catch (URISyntaxException broken) {
            throw new UsageException("the launcher cannot tell where it lies: " + broken.getMessage(), broken);
        }
    }

    /**
     * The folder of bundles, which a machine that stays watches.
     *
     * @return a path
     */
    public Path bundleFolder() {
        return home.resolve("bundle");
    }

    /**
     * The bundles.
     *
     * @return jars, by name
     */
    public List<Path> bundles() {
        try (Stream<Path> entries = Files.list(bundleFolder())) {
            return entries.filter(Distribution::isBundle).sorted().toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(bundleFolder() + " cannot be read", unreadable);
        }
    }

    /**
     * Whether a file counts as a bundle.
     *
     * @param file any path
     * @return true for jars that are not hidden
     */
    public static boolean isBundle(Path file) {
        Path name = file.getFileName();
        return name != null && name.toString().endsWith(".jar") && !name.toString().startsWith(".");
    }

    /**
     * The framework's settings and the bundles' start levels.
     *
     * @return conf/config.properties
     */
    public Map<String, String> frameworkSettings() {
        Properties read = read("config.properties");
        return read.stringPropertyNames().stream()
                .collect(Collectors.toMap(name -> name, read::getProperty));
    }

    /**
     * The machine's options that the distribution's owner has chosen.
     *
     * @return conf/dmem.properties
     * @throws UsageException where it names an option that there is not, or a value that is not accepted
     */
    public MachineOptions options() {
        Properties read = read("dmem.properties");
        Map<Option, String> chosen = new EnumMap<>(Option.class);
        for (String name : read.stringPropertyNames()) {
            Option option = Option.named(name).orElseThrow(() -> new UsageException(
                    "conf/dmem.properties names %s, which is no option: accepted are %s".formatted(name,
                            Stream.of(Option.values()).map(Option::word).toList())));
            chosen.put(option, read.getProperty(name).trim());
        }
        return new MachineOptions(chosen);
    }

    private Properties read(String name) {
        Properties properties = new Properties();
        Path file = home.resolve("conf").resolve(name);
        if (Files.exists(file)) {
            try (InputStream stream = Files.newInputStream(file)) {
                properties.load(stream);
            } catch (IOException | IllegalArgumentException unreadable) {
                throw new UsageException("%s cannot be read as properties: %s".formatted(file, unreadable.getMessage()),
                        unreadable);
            }
        }
        return properties;
    }
}
