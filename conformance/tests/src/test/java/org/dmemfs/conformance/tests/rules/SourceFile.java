package org.dmemfs.conformance.tests.rules;

import com.sun.source.doctree.DocCommentTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.NewClassTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.TreeScanner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** The methods of a source file as its readers see them: what each throws, and what its comment says. */
final class SourceFile {
    private final String name;
    private final String text;
    private final List<Method> methods = new ArrayList<>();

    /** A method: the errnos that it or a private method it calls throws, and its comment. */
    record Method(String type, String name, boolean visible, Set<String> thrown, Set<String> calls, String comment) {
    }

    private SourceFile(String name, String text) {
        this.name = name;
        this.text = text;
    }

    String name() {
        return name;
    }

    String text() {
        return text;
    }

    List<Method> methods() {
        return methods;
    }

    /** The errnos that a method throws itself or through the methods of its own file that it calls by bare name. */
    Set<String> reachable(Method method) {
        Map<String, Set<Method>> byName = new HashMap<>();
        methods.forEach(each -> byName.computeIfAbsent(each.name(), key -> new HashSet<>()).add(each));
        Set<String> errnos = new TreeSet<>();
        Set<Method> seen = new HashSet<>();
        Deque<Method> next = new ArrayDeque<>(List.of(method));
        while (!next.isEmpty()) {
            Method current = next.pop();
            if (seen.add(current)) {
                errnos.addAll(current.thrown());
                current.calls().forEach(call -> next.addAll(byName.getOrDefault(call, Set.of())));
            }
        }
        return errnos;
    }

    /** Reads every source file under a folder. */
    static List<SourceFile> under(Path folder) {
        try (Stream<Path> tree = Files.walk(folder);
                StandardJavaFileManager files = ToolProvider.getSystemJavaCompiler().getStandardFileManager(null, null,
                        null)) {
            List<Path> paths = tree.filter(path -> path.toString().endsWith(".java")).sorted().toList();
            JavacTask task = (JavacTask) ToolProvider.getSystemJavaCompiler().getTask(null, files, null, null, null,
                    files.getJavaFileObjectsFromPaths(paths));
            DocTrees comments = DocTrees.instance(task);
            List<SourceFile> sources = new ArrayList<>();
            for (CompilationUnitTree unit : task.parse()) {
                Path path = Path.of(unit.getSourceFile().toUri());
                SourceFile source = new SourceFile(path.getFileName().toString(), Files.readString(path));
                new Reader(source, comments).scan(unit, null);
                sources.add(source);
            }
            return sources;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static final class Reader extends TreePathScanner<Void, Void> {
        private final SourceFile source;
        private final DocTrees comments;

        private Reader(SourceFile source, DocTrees comments) {
            this.source = source;
            this.comments = comments;
        }

        @Override
        public Void visitMethod(MethodTree method, Void unused) {
            Set<String> thrown = new TreeSet<>();
            Set<String> calls = new HashSet<>();
            new TreeScanner<Void, Void>() {
                @Override
                public Void visitNewClass(NewClassTree created, Void nothing) {
                    if (created.getIdentifier().toString().endsWith("ErrnoException")) {
                        ExpressionTree errno = created.getArguments().getFirst();
                        if (errno instanceof MemberSelectTree constant) {
                            thrown.add(constant.getIdentifier().toString());
                        }
                    }
                    return super.visitNewClass(created, null);
                }

                @Override
                public Void visitMethodInvocation(MethodInvocationTree call, Void nothing) {
                    if (call.getMethodSelect() instanceof IdentifierTree bare) {
                        calls.add(bare.getName().toString());
                    }
                    return super.visitMethodInvocation(call, null);
                }
            }.scan(method.getBody(), null);
            DocCommentTree comment = comments.getDocCommentTree(getCurrentPath());
            source.methods.add(new Method(enclosing(), method.getName().toString(), visible(method), thrown, calls,
                    comment == null ? "" : comment.toString()));
            return super.visitMethod(method, null);
        }

        private boolean visible(MethodTree method) {
            Set<Modifier> flags = method.getModifiers().getFlags();
            TreePath parent = getCurrentPath().getParentPath();
            boolean inInterface = parent.getLeaf().getKind() == com.sun.source.tree.Tree.Kind.INTERFACE;
            return flags.contains(Modifier.PUBLIC) || flags.contains(Modifier.PROTECTED)
                    || inInterface && !flags.contains(Modifier.PRIVATE);
        }

        private String enclosing() {
            return getCurrentPath().getParentPath().getLeaf() instanceof ClassTree type
                    ? type.getSimpleName().toString()
                    : "";
        }
    }
}
