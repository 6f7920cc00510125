package org.dmemfs.conformance.tests.house;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/** The modules of the reactor, read from its poms, each with the class path entry that was built from it. */
final class Reactor {
    private final Path root;
    private final List<Path> classPath;
    private final List<ReactorModule> modules = new ArrayList<>();

    private Reactor(Path root, List<Path> classPath) {
        this.root = root;
        this.classPath = classPath;
    }

    /** The modules under a root pom, in the order of the poms. */
    static List<ReactorModule> modules(Path root, String classPath) {
        Reactor reactor = new Reactor(root,
                Arrays.stream(classPath.split(File.pathSeparator)).map(Path::of).map(Path::toAbsolutePath).toList());
        reactor.read(root);
        return List.copyOf(reactor.modules);
    }

    private void read(Path folder) {
        Element project = parse(folder.resolve("pom.xml")).getDocumentElement();
        if (child(project, "packaging").map(Node::getTextContent).orElse("jar").equals("pom")) {
            child(project, "modules").ifPresent(modulesOfPom -> children(modulesOfPom)
                    .map(module -> module.getTextContent().strip()).forEach(module -> read(folder.resolve(module))));
            return;
        }
        Path sources = folder.resolve("src/main/java");
        String artifactId = child(project, "artifactId").map(Node::getTextContent).map(String::strip).orElseThrow();
        modules.add(new ReactorModule(root.relativize(folder).toString(), artifactId, Files.isDirectory(sources),
                sources, builtFrom(folder)));
    }

    private Optional<Path> builtFrom(Path folder) {
        Path target = folder.resolve("target").toAbsolutePath();
        List<Path> entries = classPath.stream().filter(entry -> entry.startsWith(target))
                .filter(entry -> !entry.toString().endsWith("-tests.jar")).filter(Files::exists)
                .toList();
        // A module that has nothing but tests is read by them.
        return entries.stream().filter(entry -> !entry.endsWith("test-classes")).findFirst()
                .or(() -> entries.stream().findFirst());
    }

    private static Document parse(Path pom) {
        try {
            return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(pom.toFile());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (ParserConfigurationException | SAXException failure) {
            throw new IllegalStateException("the pom " + pom + " cannot be read", failure);
        }
    }

    private static Optional<Element> child(Element parent, String name) {
        return children(parent).filter(element -> element.getTagName().equals(name)).findFirst();
    }

    private static Stream<Element> children(Element parent) {
        NodeList nodes = parent.getChildNodes();
        return Stream.iterate(0, index -> index < nodes.getLength(), index -> index + 1).map(nodes::item)
                .filter(Element.class::isInstance).map(Element.class::cast);
    }
}
