package org.dmemfs.conformance.tests.rules;

import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.dmemfs.conformance.tests.house.House;
import org.dmemfs.conformance.tests.house.ReactorModule;

/** An offender: a jar made from source text, as if it were a module of the reactor. */
final class PlantedModule {
    private final Path directory;
    private final String folder;
    private final Map<String, String> headers = new LinkedHashMap<>();
    private final Map<String, String> sources = new LinkedHashMap<>();

    private PlantedModule(Path directory, String folder) {
        this.directory = directory;
        this.folder = folder;
    }

    /** A jar that pretends to be built from a folder of the reactor. */
    static PlantedModule in(Path directory, String folder) {
        return new PlantedModule(directory, folder);
    }

    PlantedModule header(String name, String value) {
        headers.put(name, value);
        return this;
    }

    PlantedModule type(String qualifiedName, String body) {
        int dot = qualifiedName.lastIndexOf('.');
        sources.put(qualifiedName, "package " + qualifiedName.substring(0, dot) + ";\n" + body);
        return this;
    }

    /** The house as it was built, with the offender as the one module that the rule goes through. */
    House inTheHouse() {
        try {
            Path classes = Files.createDirectories(directory.resolve(folder).resolve("target/classes"));
            Path written = Files.createDirectories(directory.resolve(folder).resolve("src/main/java"));
            for (Map.Entry<String, String> source : sources.entrySet()) {
                Path file = written.resolve(source.getKey().replace('.', '/') + ".java");
                Files.createDirectories(file.getParent());
                Files.writeString(file, source.getValue());
            }
            compile(classes);
            Path jar = jar(classes);
            return House.built().with(
                    new ReactorModule(folder, "org.dmemfs.planted", !sources.isEmpty(), written, Optional.of(jar)));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private void compile(Path classes) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        List<JavaFileObject> units = new ArrayList<>();
        sources.forEach((name, text) -> units.add(new SourceText(name, text)));
        StringWriter messages = new StringWriter();
        List<String> options = List.of("-d", classes.toString(), "-proc:none", "-nowarn", "-classpath",
                System.getProperty("java.class.path"));
        if (!units.isEmpty() && !compiler.getTask(messages, null, null, options, null, units).call()) {
            throw new IllegalStateException("the planted offender does not compile: " + messages);
        }
    }

    private Path jar(Path classes) throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        headers.forEach((name, value) -> manifest.getMainAttributes().putValue(name, value));
        Path jar = classes.resolveSibling("planted.jar");
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file, manifest);
                Stream<Path> tree = Files.walk(classes)) {
            for (Path path : tree.filter(Files::isRegularFile).toList()) {
                out.putNextEntry(new JarEntry(classes.relativize(path).toString()));
                Files.copy(path, out);
                out.closeEntry();
            }
        }
        return jar;
    }

    private static final class SourceText extends SimpleJavaFileObject {
        private final String text;

        private SourceText(String name, String text) {
            super(URI.create("string:///" + name.replace('.', '/') + ".java"), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }
}
