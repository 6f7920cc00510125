package org.dmemfs.felix.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.dmemfs.felix.Distribution;
import org.dmemfs.felix.MachineOptions;
import org.dmemfs.felix.Option;
import org.dmemfs.felix.launcher.FelixMachine;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;

/** The distribution, booted in this JVM as its launcher boots it. */
class DistributionIT {
    private static final Distribution DISTRIBUTION = new Distribution(CommandLine.assembled(), List.of());

    private static FelixMachine machine;

    @BeforeAll
    static void boot() {
        machine = FelixMachine.boot(DISTRIBUTION, MachineOptions.initial().with(Option.MACHINE, "2x4G"));
    }

    @AfterAll
    static void end() {
        machine.close();
    }

    @Test
    void everyBundleIsActive() {
        Map<String, Integer> others = new HashMap<>();
        for (Bundle bundle : machine.context().getBundles()) {
            boolean fragment = bundle.getHeaders("").get(Constants.FRAGMENT_HOST) != null;
            if (bundle.getState() != (fragment ? Bundle.RESOLVED : Bundle.ACTIVE)) {
                others.put(bundle.getSymbolicName(), bundle.getState());
            }
        }
        assertThat(others).isEmpty();
    }

    @Test
    void everyComponentIsSatisfiedButThoseThatWereNotChosen() {
        List<String> lines = machine.unsatisfied();
        lines.forEach(line -> System.out.println("not running here: " + line));
        assertThat(lines).allMatch(line -> line.startsWith("org.dmemfs.reserve.hostram.")
                || line.startsWith("org.dmemfs.kvm.hostkvm.") && line.contains("org.dmemfs.linux.HostKvm"));
    }

    @Test
    void aSecondMachineInTheSameJvmIsItsOwn() {
        Path storage;
        try (FelixMachine other = FelixMachine.boot(DISTRIBUTION,
                MachineOptions.initial().with(Option.MACHINE, "1x4G"))) {
            storage = Path.of(other.context().getProperty(Constants.FRAMEWORK_STORAGE));
            assertThat(other.context().getBundle()).isNotSameAs(machine.context().getBundle());
            assertThat(storage).exists();
        }
        assertThat(storage).doesNotExist();
    }

    @Test
    void theFolderOfBundlesIsTheSetThatWasResolved() throws IOException {
        Set<String> resolved = new TreeSet<>();
        Matcher names = Pattern.compile("([\\w.-]+);version='\\[").matcher(section("-runbundles"));
        while (names.find()) {
            resolved.add(names.group(1));
        }
        assertThat(DISTRIBUTION.bundles().stream().map(DistributionIT::symbolicName))
                .containsExactlyInAnyOrderElementsOf(resolved);
    }

    @Test
    void theSchemesStartBesideTheMachineAndNotWithIt() {
        Set<String> beside = Set.of(DISTRIBUTION.frameworkSettings().getOrDefault("dmem.start.level.6", "").trim()
                .split("\\s+"));
        Pattern service = Pattern.compile("\\bobjectClass:List<String>=\"[^\"]*\\borg\\.dmemfs\\.schemes\\.Scheme\\b");
        assertThat(Arrays.stream(machine.context().getBundles())
                .filter(bundle -> service
                        .matcher(String.valueOf(bundle.getHeaders("").get(Constants.PROVIDE_CAPABILITY)))
                        .find())
                .map(Bundle::getSymbolicName)).containsExactlyInAnyOrderElementsOf(beside);
    }

    @Test
    void theFrameworkOffersThePackagesThatTheSetWasResolvedWith() throws IOException {
        String offered = DISTRIBUTION.frameworkSettings()
                .getOrDefault(Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA, "");
        assertThat(packages(section("-runsystempackages"))).isEqualTo(packages(offered));
    }

    @Test
    void theLauncherWritesOnlyPropertiesThatAComponentDeclares() throws IOException {
        Map<String, Set<String>> declared = declaredProperties();
        Map<String, Set<String>> written = new HashMap<>();
        for (String memory : List.of("simulated", "memfd")) {
            MachineOptions.initial().with(Option.MEMORY, memory).configurations()
                    .forEach((pid, properties) -> written.put(pid, properties.keySet()));
        }
        written.forEach((pid, properties) -> assertThat(declared.getOrDefault(pid, Set.of())).as(pid)
                .containsAll(properties));
    }

    private static Map<String, Set<String>> declaredProperties() throws IOException {
        Map<String, Set<String>> declared = new HashMap<>();
        for (Path bundle : DISTRIBUTION.bundles()) {
            try (JarFile jar = new JarFile(bundle.toFile())) {
                for (JarEntry entry : jar.stream().filter(each -> each.getName().startsWith("OSGI-INF/metatype/")
                        && each.getName().endsWith(".xml")).toList()) {
                    String xml = new String(jar.getInputStream(entry).readAllBytes(), StandardCharsets.UTF_8);
                    Set<String> attributes = matches(xml, "<AD [^>]*?\\bid=\"([^\"]+)\"");
                    matches(xml, "<Designate [^>]*?\\bpid=\"([^\"]+)\"").forEach(pid -> declared
                            .computeIfAbsent(pid, any -> new HashSet<>()).addAll(attributes));
                }
            }
        }
        return declared;
    }

    private static Set<String> matches(String text, String pattern) {
        return Pattern.compile(pattern).matcher(text).results().map(found -> found.group(1))
                .collect(Collectors.toSet());
    }

    private static Set<String> packages(String list) {
        return Pattern.compile(",").splitAsStream(list).map(String::trim)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String section(String key) throws IOException {
        Properties instructions = new Properties();
        try (InputStream stream = Files.newInputStream(Path.of("dmem.bndrun"))) {
            instructions.load(stream);
        }
        return instructions.getProperty(key, "");
    }

    private static String symbolicName(Path bundle) {
        try (JarFile jar = new JarFile(bundle.toFile())) {
            return jar.getManifest().getMainAttributes().getValue(Constants.BUNDLE_SYMBOLICNAME).replaceFirst(";.*", "")
                    .trim();
        } catch (IOException unreadable) {
            throw new IllegalStateException(unreadable);
        }
    }
}
