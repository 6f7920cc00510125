package org.dmemfs.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.dmemfs.felix.Distribution;
import org.dmemfs.felix.MachineOptions;
import org.dmemfs.felix.Option;
import org.dmemfs.felix.launcher.FelixMachine;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.reserve.Reservation;
import org.dmemfs.schemes.BootRequest;
import org.dmemfs.schemes.Scheme;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;

/**
 * Every scheme of guest memory doing the same: set 320 GiB aside on a machine of its own, give 4G to each of 80 guests, fault
 * all of it in, map it by KVM and by VFIO, take it back. What maps in 4K, or makes every page zero in the host's own memory, is
 * measured with fewer guests, and VFIO with eight; figures are of one guest. The model's work, not a kernel's.
 */
final class SchemesMeasure {
    static final String PEER_SCHEME = "plain-6.12";
    private static final long GIB = 1L << 30;
    private static final long NODE_BYTES = 160 * GIB;
    private static final String MACHINE = "2x256G";
    private static final List<String> CONTRACTS = Stream
            .of("kernel", "tracing", "linux", "reserve", "core", "mm", "mce", "fs", "kvm", "vfio", "schemes",
                    "conformance")
            .map(word -> "org.dmemfs." + word + ";version=1.0.0").toList();
    private static final Map<Integer, Long> WISH = Map.of(0, NODE_BYTES, 1, NODE_BYTES);

    RatioTable run() throws IOException {
        Map<String, SchemeRun.Figures> figures = new TreeMap<>();
        for (Planned each : plan()) {
            System.out.printf("%s, pages of %s: %s%n", each.name(), each.pageSize().label(),
                    each.options().get(Option.CMDLINE));
            try (FelixMachine machine = boot(each.options())) {
                lift(machine);
                figures.put(each.name(),
                        new SchemeRun(machine, scheme(machine, each.name()), each.pageSize(), WISH).measure());
            }
        }
        RatioTable table = new RatioTable();
        SchemeRun.Figures peer = Objects.requireNonNull(figures.remove(PEER_SCHEME), "the peer was not measured");
        for (String step : peer.steps().keySet()) {
            add(table, step, RatioTable.PEER, peer, PEER_SCHEME + ", ");
            figures.forEach((name, each) -> add(table, step, name, each, ""));
        }
        return table;
    }

    private static void add(RatioTable table, String step, String name, SchemeRun.Figures figures, String note) {
        table.add(new RatioTable.Row("schemes: " + step, name,
                Objects.requireNonNull(figures.steps().get(step), step + " was not measured"),
                step.startsWith("metadata") ? "MiB" : "ms", "%spages of %s, %d guests".formatted(note,
                        figures.pageSize().label(), figures.guests())));
    }

    /** A scheme, and the machine that it is measured on. */
    private record Planned(String name, PageSize pageSize, Map<Option, String> options) {
    }

    private static List<Planned> plan() {
        List<Planned> planned = new ArrayList<>();
        try (FelixMachine bare = boot(Map.of(Option.MACHINE, MACHINE, Option.CMDLINE, "quiet"))) {
            Reservation reservation = bare.service(Reservation.class);
            for (Scheme scheme : schemes(bare, null)) {
                var what = scheme.description();
                PageSize size = what.pageSizes().contains(PageSize.SIZE_2M)
                        ? PageSize.SIZE_2M
                        : Collections.max(what.pageSizes());
                List<String> words = scheme.bootWords(new BootRequest(reservation, size, WISH));
                Map<Option, String> options = new EnumMap<>(Option.class);
                options.put(Option.MACHINE, MACHINE);
                options.put(Option.CMDLINE, words.isEmpty() ? "quiet" : String.join(" ", words));
                options.put(Option.SERIES, what.machineSeries().label());
                planned.add(new Planned(what.name(), size, options));
            }
        }
        return planned;
    }

    private static FelixMachine boot(Map<Option, String> options) {
        return FelixMachine.boot(new Distribution(Assembled.home(), CONTRACTS), MachineOptions.initial().with(options));
    }

    private static Scheme scheme(FelixMachine machine, String name) {
        return schemes(machine, "(scheme=" + name + ")").getFirst();
    }

    private static List<Scheme> schemes(FelixMachine machine, @Nullable String filter) {
        BundleContext context = machine.context();
        try {
            return context.getServiceReferences(Scheme.class, filter).stream().map(context::getService)
                    .filter(Objects::nonNull).toList();
        } catch (InvalidSyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** What devices may pin of memory with struct page is no part of the measure. */
    @SuppressWarnings("JdkObsolete") // Configuration Admin takes a dictionary
    private static void lift(FelixMachine machine) throws IOException {
        Configuration configuration = machine.service(ConfigurationAdmin.class)
                .getConfiguration("org.dmemfs.vfio.type1", "?");
        Hashtable<String, Object> properties = new Hashtable<>(
                Map.of("memlock", -1L, "series", machine.options().get(Option.SERIES)));
        configuration.update(properties);
    }
}
