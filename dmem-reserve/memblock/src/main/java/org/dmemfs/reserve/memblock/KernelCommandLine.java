package org.dmemfs.reserve.memblock;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A kernel command line cut into parameters as the kernel cuts it: at white space outside double quotes, up to a lone
 * {@code --}, with the quotes around a parameter or a value taken off.
 *
 * @param parameters in the order of the line
 */
record KernelCommandLine(List<Parameter> parameters) {
    /**
     * One parameter.
     *
     * @param name what stands before the first equals sign
     * @param value what stands behind it; null where there is none
     */
    record Parameter(String name, @Nullable String value) {
    }

    KernelCommandLine {
        parameters = List.copyOf(parameters);
    }

    static KernelCommandLine of(String line) {
        List<Parameter> parameters = new ArrayList<>();
        int position = 0;
        while (true) {
            while (position < line.length() && isSpace(line.charAt(position))) {
                position++;
            }
            if (position == line.length()) {
                return new KernelCommandLine(parameters);
            }
            int start = position;
            boolean quoted = false;
            for (; position < line.length() && (quoted || !isSpace(line.charAt(position))); position++) {
                quoted ^= line.charAt(position) == '"';
            }
            Parameter parameter = parameter(line.substring(start, position));
            if (parameter.name().equals("--") && parameter.value() == null) {
                return new KernelCommandLine(parameters);
            }
            parameters.add(parameter);
        }
    }

    /** The parameters of a name, dashes and underscores being the same, as the kernel has it. */
    Stream<Parameter> named(String name) {
        return parameters.stream().filter(parameter -> parameter.name().replace('-', '_').equals(name));
    }

    private static Parameter parameter(String word) {
        String whole = unquoted(word);
        int equals = whole.indexOf('=');
        if (equals <= 0) {
            return new Parameter(whole, null);
        }
        return new Parameter(whole.substring(0, equals), unquoted(whole.substring(equals + 1)));
    }

    private static String unquoted(String text) {
        if (!text.startsWith("\"")) {
            return text;
        }
        return text.substring(1, text.length() > 1 && text.endsWith("\"") ? text.length() - 1 : text.length());
    }

    private static boolean isSpace(char character) {
        return character == ' ' || character >= '\t' && character <= '\r' || character == '\u00a0';
    }
}
