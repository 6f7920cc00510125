package org.dmemfs.conformance;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.osgi.annotation.versioning.ProviderType;

/**
 * One list of operations, executed on a scheme of guest memory on the machine that this service runs on. A service. Safe for
 * one thread at a time, on a machine that was booted with the scheme's words and that nobody else uses; bad frames stay behind.
 */
@ProviderType
public interface Comparison {
    /**
     * The machine that schemes are asked on what to boot with: two nodes, nothing set aside.
     *
     * @return options of a machine with their values
     */
    static Map<String, String> bareMachine() {
        return Map.of("machine", "2x8G", "cmdline", "quiet", "series", "repaired");
    }

    /**
     * The schemes that there are.
     *
     * @return names of variants, those of one scheme together
     */
    List<String> schemes();

    /**
     * The machine to run a scheme on: as the {@link #bareMachine} that this service runs on, booted with the scheme's words.
     *
     * @param scheme the name of a variant
     * @return options of a machine with their values
     * @throws org.dmemfs.kernel.ErrnoException ENOENT where there is no such scheme, EINVAL or ENOMEM where this machine is no
     *         bare one
     */
    Map<String, String> machine(String scheme);

    /**
     * The operations.
     *
     * @return in the order they are executed
     */
    List<ComparedOperation> operations();

    /**
     * Executes them all.
     *
     * @param scheme the name of a variant
     * @param progress is told the name of each operation before it begins
     * @return one answer for each operation, in their order
     * @throws org.dmemfs.kernel.ErrnoException ENOENT where there is no such scheme
     */
    List<ComparedAnswer> run(String scheme, Consumer<String> progress);
}
