package org.dmemfs.felix;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a machine is made of. Immutable; every option has a value.
 *
 * @param chosen the options that somebody chose; the others have their initial value
 */
public record MachineOptions(Map<Option, String> chosen) {
    /**
     * Checks each value and copies them.
     *
     * @throws UsageException where a value is not accepted
     */
    public MachineOptions {
        Map<Option, String> checked = new EnumMap<>(Option.class);
        chosen.forEach((option, value) -> checked.put(option, option.check(value)));
        chosen = Map.copyOf(checked);
    }

    /**
     * The machine when nobody chose anything.
     *
     * @return initial values throughout
     */
    public static MachineOptions initial() {
        return new MachineOptions(Map.of());
    }

    /**
     * These options with one changed.
     *
     * @param option which
     * @param value its value
     * @return other options
     * @throws UsageException where the value is not accepted
     */
    public MachineOptions with(Option option, String value) {
        return with(Map.of(option, value));
    }

    /**
     * These options with some changed.
     *
     * @param others win over these
     * @return other options
     * @throws UsageException where a value is not accepted
     */
    public MachineOptions with(Map<Option, String> others) {
        Map<Option, String> merged = new EnumMap<>(Option.class);
        merged.putAll(chosen);
        merged.putAll(others);
        return new MachineOptions(merged);
    }

    /**
     * The value of an option.
     *
     * @param option which
     * @return never null; a command line that nobody chose follows the page size
     */
    public String get(Option option) {
        String value = chosen.get(option);
        if (value != null) {
            return value;
        }
        return option == Option.CMDLINE ? request() : option.initial();
    }

    /**
     * What is asked for where nobody chose a command line: a saved {@code dmesg}'s own counts before it.
     *
     * @return a {@code dmem=} that fits the page size
     */
    public String request() {
        return get(Option.PAGESIZE).equals("1G") ? "dmem=4G:1G" : "dmem=1G";
    }

    /**
     * What configures the machine's components: the launcher writes these and nothing else.
     *
     * @return properties by persistent identity
     */
    public Map<String, Map<String, Object>> configurations() {
        Map<String, Object> series = Map.of("series", get(Option.SERIES));
        Map<String, Map<String, Object>> all = new LinkedHashMap<>();
        all.put("org.dmemfs.reserve.memblock", Map.of("machine", get(Option.MACHINE), "series", get(Option.SERIES),
                "request", request(), "cmdline", chosen.getOrDefault(Option.CMDLINE, "")));
        if (get(Option.MEMORY).equals("simulated")) {
            all.put("org.dmemfs.reserve.simulatedram", Map.of());
        } else {
            all.put("org.dmemfs.reserve.hostram",
                    Map.of("memory", get(Option.MEMORY), "pagesize", get(Option.PAGESIZE), "poison",
                            get(Option.POISON)));
        }
        all.put("org.dmemfs.core.bitmap", series);
        all.put("org.dmemfs.core.pool", Map.of("series", get(Option.SERIES), "allocator", allocator()));
        all.put("org.dmemfs.mm.series", series);
        all.put("org.dmemfs.fs.fs", Map.of("series", get(Option.SERIES), "poison", get(Option.POISON)));
        all.put("org.dmemfs.mce.memoryfailure", series);
        all.put("org.dmemfs.kvm.tdp", series);
        all.put("org.dmemfs.kvm.hostkvm", series);
        all.put("org.dmemfs.vfio.type1", series);
        all.put("org.dmemfs.felix.commands",
                Map.of("pagesize", get(Option.PAGESIZE), "guest", get(Option.GUEST)));
        return all;
    }

    /** The series as posted has one allocator, and its answers with it. */
    private String allocator() {
        String named = get(Option.ALLOCATOR);
        return named.isEmpty() && !get(Option.SERIES).equals(Option.SERIES.initial()) ? "bitmap" : named;
    }

    /**
     * The machine in a few words.
     *
     * @return for people
     */
    public String describe() {
        return "machine %s, %s, memory %s, page size %s, series %s".formatted(get(Option.MACHINE),
                get(Option.CMDLINE), get(Option.MEMORY), get(Option.PAGESIZE), get(Option.SERIES));
    }
}
