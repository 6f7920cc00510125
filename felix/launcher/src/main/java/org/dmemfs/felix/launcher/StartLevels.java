package org.dmemfs.felix.launcher;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.dmemfs.felix.UsageException;

/** At which start level a bundle starts: {@code conf/config.properties} names those that come early. */
final class StartLevels {
    /** The framework with its commands. */
    static final int COMMANDS = 3;
    /** What calculates without a machine. */
    static final int CALCULATION = 4;
    /** Everything else: the machine. */
    static final int MACHINE = 5;
    /** What stands beside a machine, whose own work needs none of it. */
    static final int SCHEMES = 6;

    private static final String KEY = "dmem.start.level.";

    private final Map<String, Integer> bySymbolicName = new HashMap<>();

    StartLevels(Map<String, String> settings) {
        settings.forEach((key, names) -> {
            if (key.startsWith(KEY)) {
                Arrays.stream(names.trim().split("[\\s,]+")).forEach(name -> bySymbolicName.put(name, level(key)));
            }
        });
    }

    int of(String symbolicName) {
        return bySymbolicName.getOrDefault(symbolicName, MACHINE);
    }

    private static int level(String key) {
        String digit = key.substring(KEY.length());
        if (!digit.matches("[1-6]")) {
            throw new UsageException("conf/config.properties has %s: accepted are %s1 to %s6".formatted(key, KEY, KEY));
        }
        return Integer.parseInt(digit);
    }
}
