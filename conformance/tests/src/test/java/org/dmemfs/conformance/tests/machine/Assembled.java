package org.dmemfs.conformance.tests.machine;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.dmemfs.felix.Distribution;
import org.dmemfs.felix.MachineOptions;
import org.dmemfs.felix.Option;
import org.dmemfs.felix.launcher.FelixMachine;

/** The distribution that this build assembled. */
public final class Assembled {
    private static final List<String> CONTRACTS = Stream
            .of("kernel", "tracing", "linux", "reserve", "core", "mm", "mce", "fs", "kvm", "vfio", "schemes",
                    "conformance")
            .map(word -> "org.dmemfs." + word + ";version=1.0.0").toList();

    private Assembled() {
    }

    /** Boots a machine from it. */
    public static FelixMachine boot(Map<Option, String> options) {
        Path home = Path.of(Objects.requireNonNull(System.getProperty("dmem.distribution"),
                "the system property dmem.distribution names no assembled distribution"));
        return FelixMachine.boot(new Distribution(home, CONTRACTS), new MachineOptions(options));
    }
}
