package org.dmemfs.felix.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A machine that is up follows the folder of bundles. */
class BundleFolderIT {
    @TempDir
    Path folder;

    private Path distribution;
    private CommandLine dmem;

    @BeforeEach
    void copyDistributionAndBoot() throws Exception {
        distribution = folder.resolve("distribution");
        try (Stream<Path> tree = Files.walk(CommandLine.assembled())) {
            for (Path each : tree.toList()) {
                Files.copy(each, distribution.resolve(CommandLine.assembled().relativize(each)),
                        StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
        dmem = new CommandLine(distribution, folder);
        assertThat(dmem.run("up", "--machine", "1x4G").exitCode()).isZero();
    }

    @AfterEach
    void down() throws Exception {
        dmem.run("down");
    }

    @Test
    void aJarThatComesIsStartedReplacedUpdatedAndRemovedWithItsFile() throws Exception {
        Path jar = distribution.resolve("bundle/guest.jar");
        writeBundle(jar, "1.0.0");
        awaitState("Active", "1.0.0");
        writeBundle(jar, "1.1.0");
        awaitState("Active", "1.1.0");
        Files.delete(jar);
        await().atMost(Duration.ofSeconds(30)).until(() -> !bundles().contains("org.example.guest"));
    }

    @Test
    void theAllocatorThatIsLeftServesAndTheOneThatComesBackIsPreferred() throws Exception {
        assertThat(dmem.run("exec", "mount /mnt/lab; truncate /mnt/lab/file 8M; mmap owner /mnt/lab/file").exitCode())
                .isZero();
        assertThat(dmem.run("pool").output()).contains("allocator bitmap");
        Path jar;
        try (Stream<Path> jars = Files.list(distribution.resolve("bundle"))) {
            jar = jars.filter(each -> each.toString().contains("org.dmemfs.core.bitmap-")).findFirst().orElseThrow();
        }
        Path aside = Files.move(jar, distribution.resolve("bitmap.jar"));
        awaitAllocator("llfree");
        Files.move(aside, jar);
        awaitAllocator("bitmap");
    }

    /** It serves, and the 4 dpages of the file are still its owner's. */
    private void awaitAllocator(String name) {
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(dmem.run("pool").output())
                .contains("allocator " + name).containsPattern("(?m)^ +0 +512 +508 +4 +0 +0 "));
    }

    private void awaitState(String state, String version) {
        await().atMost(Duration.ofSeconds(30)).until(() -> bundles().lines().anyMatch(
                line -> line.contains("org.example.guest") && line.contains(state) && line.contains(version)));
    }

    private String bundles() throws IOException, InterruptedException {
        return dmem.run("exec", "lb -s").output();
    }

    private static void writeBundle(Path jar, String version) throws IOException {
        Manifest manifest = new Manifest();
        Attributes attributes = manifest.getMainAttributes();
        attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        attributes.putValue("Bundle-ManifestVersion", "2");
        attributes.putValue("Bundle-SymbolicName", "org.example.guest");
        attributes.putValue("Bundle-Version", version);
        Path whole = Files.createTempFile(jar.getParent(), "guest", ".part");
        try (OutputStream stream = new JarOutputStream(Files.newOutputStream(whole), manifest)) {
            stream.flush();
        }
        Files.move(whole, jar, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }
}
