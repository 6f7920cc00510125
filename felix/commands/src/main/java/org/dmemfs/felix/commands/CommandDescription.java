package org.dmemfs.felix.commands;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;
import org.dmemfs.felix.CommandInterpreter.Surroundings;

/**
 * What a command's class says about it; a function without a descriptor serves the prompt and is no command.
 *
 * @param word its name
 * @param summary one sentence
 * @param surroundings what it needs
 * @param parameters its options and arguments, of the method that takes most
 * @param forms the plain arguments of each of its methods, by name, the fewest first
 */
record CommandDescription(String word, String summary, Surroundings surroundings, List<ParameterDescription> parameters,
        List<List<String>> forms) {
    /**
     * An option or an argument.
     *
     * @param name with dashes where it is an option; an argument is named as its descriptor begins
     * @param text what it is
     * @param kind how it is written
     */
    record ParameterDescription(String name, String text, Kind kind) {
    }

    enum Kind {
        FLAG, OPTION, ARGUMENT
    }

    static Optional<CommandDescription> of(String word, Class<?> type, Surroundings surroundings) {
        List<Method> methods = Arrays.stream(type.getMethods())
                .filter(method -> method.isAnnotationPresent(Descriptor.class))
                .filter(method -> method.getName().equals(word) || method.getName().equals("_" + word))
                .sorted(Comparator.comparingInt(Method::getParameterCount).reversed()).toList();
        if (methods.isEmpty()) {
            return Optional.empty();
        }
        Method fullest = methods.getFirst();
        return Optional.of(new CommandDescription(word, fullest.getAnnotation(Descriptor.class).value(), surroundings,
                parameters(fullest).toList(),
                methods.stream().map(CommandDescription::argumentNames).distinct()
                        .sorted(Comparator.comparingInt(List::size)).toList()));
    }

    private static List<String> argumentNames(Method method) {
        return parameters(method).filter(parameter -> parameter.kind() == Kind.ARGUMENT)
                .map(ParameterDescription::name).toList();
    }

    /** How many plain arguments it takes at least. */
    int fewestArguments() {
        return forms.getFirst().size();
    }

    /** How many it takes at most. */
    int mostArguments() {
        return forms.getLast().size();
    }

    /** Whether it can be called with a number of plain arguments. */
    boolean takes(int plain) {
        return forms.stream().anyMatch(form -> form.size() == plain);
    }

    private static Stream<ParameterDescription> parameters(Method method) {
        return Arrays.stream(method.getParameters()).filter(each -> each.getType() != CommandSession.class)
                .map(CommandDescription::describe);
    }

    private static ParameterDescription describe(java.lang.reflect.Parameter parameter) {
        Descriptor descriptor = parameter.getAnnotation(Descriptor.class);
        String text = descriptor == null ? "" : descriptor.value();
        Parameter option = parameter.getAnnotation(Parameter.class);
        if (option == null) {
            return new ParameterDescription(parameter.getName().toUpperCase(Locale.ROOT), text, Kind.ARGUMENT);
        }
        return new ParameterDescription(option.names()[0], text,
                option.presentValue().equals(Parameter.UNSPECIFIED) ? Kind.OPTION : Kind.FLAG);
    }

    Optional<ParameterDescription> option(String name) {
        return parameters.stream().filter(each -> each.kind() != Kind.ARGUMENT && each.name().equals(name)).findFirst();
    }

    List<ParameterDescription> options() {
        return parameters.stream().filter(each -> each.kind() != Kind.ARGUMENT).toList();
    }

    List<ParameterDescription> arguments() {
        return parameters.stream().filter(each -> each.kind() == Kind.ARGUMENT).toList();
    }
}
