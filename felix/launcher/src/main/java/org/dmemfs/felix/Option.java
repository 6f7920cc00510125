package org.dmemfs.felix;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What can be chosen about a machine, on the command line as {@code --word value} or in {@code conf/dmem.properties}. */
public enum Option {
    /** Whose memory map. */
    MACHINE("machine", "host", Form.FREE,
            "host, nodes and size such as 2x512G, or a file: a saved dmesg, or in the format of /proc/iomem"),
    /** The kernel command line. */
    CMDLINE("cmdline", "", Form.FREE, "a kernel command line with dmem=, such as \"dmem=1G\""),
    /** What stands behind the regions. */
    MEMORY("memory", "simulated", Form.CHOICE, "simulated, memfd, hugetlb"),
    /** The size of the dpages. */
    PAGESIZE("pagesize", "2M", Form.CHOICE, "4K, 2M, 1G"),
    /** What one bad frame costs in the repaired series: its own 4K, or its whole dpage as with hugetlb. */
    POISON("poison", "page", Form.CHOICE, "page, whole"),
    /** Which answers the machine gives. */
    SERIES("series", "repaired", Form.CHOICE, "repaired, v2, v1"),
    /** Which allocator serves the pool, where several are installed; empty: the pool's own rule decides. */
    ALLOCATOR("allocator", "", Form.FREE, "the name of an installed allocator"),
    /** Which kind of guest the tour runs, where several can be had; empty: the one of the highest ranking. */
    GUEST("guest", "", Form.FREE,
            "host-kvm, tdp or another kind of guest that is installed; without it the best that the host has");

    private final String word;
    private final String initial;
    private final Form form;
    private final String accepted;

    Option(String word, String initial, Form form, String accepted) {
        this.word = word;
        this.initial = initial;
        this.form = form;
        this.accepted = accepted;
    }

    /**
     * The name.
     *
     * @return as a user writes it, without dashes
     */
    public String word() {
        return word;
    }

    /**
     * The value where none was given.
     *
     * @return never null; the command line's depends on the page size and is empty here
     */
    public String initial() {
        return initial;
    }

    /**
     * What is accepted.
     *
     * @return for people
     */
    public String accepted() {
        return accepted;
    }

    /**
     * Checks a value as far as its form tells.
     *
     * @param value what a user wrote
     * @return the value as the machine knows it
     * @throws UsageException where it is not one of the choices
     */
    public String check(String value) {
        if (form == Form.FREE) {
            if (value.isBlank() && this != ALLOCATOR && this != GUEST) {
                throw new UsageException("--%s is empty: accepted is %s".formatted(word, accepted));
            }
            return value;
        }
        String wanted = value.toLowerCase(Locale.ROOT);
        return Arrays.stream(accepted.split(", ")).filter(choice -> choice.toLowerCase(Locale.ROOT).equals(wanted))
                .findFirst()
                .orElseThrow(() -> new UsageException(
                        "--%s %s is not known: accepted are %s".formatted(word, value, accepted)));
    }

    /**
     * The option with a name.
     *
     * @param word a name without dashes
     * @return the option, or empty where there is none
     */
    public static Optional<Option> named(String word) {
        return Arrays.stream(values()).filter(option -> option.word.equals(word)).findFirst();
    }

    private enum Form {
        FREE, CHOICE
    }
}
