package org.dmemfs.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.dmemfs.felix.Distribution;
import org.dmemfs.felix.MachineOptions;
import org.dmemfs.felix.Option;
import org.dmemfs.felix.launcher.FelixMachine;

/** The distribution that this build assembled: what is measured is what is shipped. */
final class Assembled {
    private static final List<String> CONTRACTS = Stream
            .of("kernel", "tracing", "linux", "reserve", "core", "mm", "mce", "fs", "kvm", "vfio")
            .map(word -> "org.dmemfs." + word + ";version=1.0.0").toList();

    private static final String PROPERTY = "bench.distribution";

    private Assembled() {
    }

    private static Path folder() {
        return Path.of(System.getProperty(PROPERTY, "felix/dist/target/dist"));
    }

    /** Has another JVM find the same distribution. */
    static String option() {
        return "-D" + PROPERTY + "=" + folder();
    }

    static Path home() {
        Path assembled = folder();
        try (Stream<Path> folders = Files.isDirectory(assembled) ? Files.list(assembled) : Stream.empty()) {
            return folders.filter(folder -> Files.isExecutable(folder.resolve("bin/dmem"))).findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("no distribution is in " + assembled
                            + ": ./bench/run builds one"));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** A machine of simulated memory, in this JVM. */
    static FelixMachine boot(String machine, String commandLine, String allocator) {
        return boot(MachineOptions.initial().with(Option.MACHINE, machine).with(Option.CMDLINE, commandLine)
                .with(Option.ALLOCATOR, allocator));
    }

    static FelixMachine boot(MachineOptions options) {
        return FelixMachine.boot(new Distribution(home(), CONTRACTS), options);
    }
}
