package org.dmemfs.conformance;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.dmemfs.kernel.SeriesVersion;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * One scenario, published as a service. It leaves the machine as it found it, bad frames excepted. Safe for one thread at
 * a time, on a machine that nobody else uses meanwhile.
 */
@ConsumerType
public interface Scenario {
    /**
     * What it is called.
     *
     * @return one word, unique among scenarios
     */
    String name();

    /**
     * The patches that it shows.
     *
     * @return their numbers in the series of December 2020, 1 to 37
     */
    Set<Integer> patches();

    /**
     * The machine that it is written for.
     *
     * @return options of a machine with their values, such as {@code machine} and {@code cmdline}; those that are not named
     *         do not matter
     */
    Map<String, String> machine();

    /**
     * Runs it.
     *
     * @param series the version that the machine gives the answers of
     * @param told hears of every call once it was answered, in order, in the calling thread
     */
    void run(SeriesVersion series, Consumer<Step> told);

    /**
     * Runs it to its end.
     *
     * @param series the version that the machine gives the answers of
     * @return every call that was made, in order
     */
    default List<Step> run(SeriesVersion series) {
        List<Step> steps = new ArrayList<>();
        run(series, steps::add);
        return List.copyOf(steps);
    }
}
