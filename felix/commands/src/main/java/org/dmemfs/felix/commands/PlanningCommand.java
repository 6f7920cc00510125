package org.dmemfs.felix.commands;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.xml.stream.XMLStreamException;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;
import org.dmemfs.conformance.ComparedAnswer;
import org.dmemfs.conformance.ComparedOperation;
import org.dmemfs.conformance.Comparison;
import org.dmemfs.core.UnbootedPools;
import org.dmemfs.felix.CommandConsole;
import org.dmemfs.felix.Machines;
import org.dmemfs.felix.UsageException;
import org.dmemfs.felix.commands.ComparedMachines.Column;
import org.dmemfs.felix.commands.plan.Executed;
import org.dmemfs.felix.commands.plan.Gain;
import org.dmemfs.felix.commands.plan.GuestList;
import org.dmemfs.felix.commands.plan.HostShare;
import org.dmemfs.felix.commands.plan.NodeWish;
import org.dmemfs.felix.commands.plan.PlanPicture;
import org.dmemfs.felix.commands.plan.Planner;
import org.dmemfs.felix.commands.plan.SchemePlan;
import org.dmemfs.kernel.ErrnoException;
import org.dmemfs.kernel.MemorySize;
import org.dmemfs.kernel.PageSize;
import org.dmemfs.reserve.Memblock;
import org.dmemfs.reserve.Reservation;
import org.dmemfs.schemes.Scheme;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/** {@code planning}: plans with the schemes of this machine, which {@code plan} boots for it. */
@Component(service = PlanningCommand.class, property = {"osgi.command.scope=dmem", "osgi.command.function=planning",
        "dmem.surroundings=SCHEMES"})
public final class PlanningCommand {
    private static final String PLAIN = "plain";

    private final Machines machines;
    private final Memblock memblock;
    private final UnbootedPools pools;
    private final Comparison comparison;
    private final List<Scheme> schemes;

    /** Bound by Declarative Services. */
    @Activate
    public PlanningCommand(@Reference Machines machines, @Reference Memblock memblock, @Reference UnbootedPools pools,
            @Reference Comparison comparison,
            @Reference(cardinality = ReferenceCardinality.AT_LEAST_ONE, policyOption = ReferencePolicyOption.GREEDY) List<Scheme> schemes) {
        this.machines = machines;
        this.memblock = memblock;
        this.pools = pools;
        this.comparison = comparison;
        List<String> order = comparison.schemes();
        this.schemes = schemes.stream()
                .sorted(Comparator.comparingInt(scheme -> order.indexOf(scheme.description().name()))).toList();
    }

    /** The command. */
    @Descriptor("Plans with the schemes of this machine, which has nothing set aside; plan boots one for it.")
    public @Nullable Object planning(CommandSession session,
            @Descriptor("the machine that is planned") @Parameter(names = "--planned", absentValue = "host") String machine,
            @Descriptor("as plan's") @Parameter(names = "--guests", absentValue = "") String guests,
            @Descriptor("as plan's") @Parameter(names = "--page-size", absentValue = "") String pageSize,
            @Descriptor("as plan's") @Parameter(names = "--host", absentValue = "") String host,
            @Descriptor("as plan's") @Parameter(names = "--wish", absentValue = "preferred") String wish,
            @Descriptor("as plan's") @Parameter(names = "--schemes", absentValue = "") String wanted,
            @Descriptor("as plan's") @Parameter(names = "--svg", absentValue = "") String svg,
            @Descriptor("as plan's") @Parameter(names = "--why", presentValue = "true", absentValue = "false") boolean why,
            @Descriptor("as plan's") @Parameter(names = "--no-compare", presentValue = "true", absentValue = "false") boolean noCompare,
            @Descriptor("as JSON") @Parameter(names = "--json", presentValue = "true", absentValue = "false") boolean json) {
        if (guests.isEmpty()) {
            throw new UsageException("--guests is missing: accepted are counts and sizes such as 40x4G,10x16G, or a CSV"
                    + " file of name, bytes and node wish");
        }
        CommandConsole console = (CommandConsole) session.get(Interpreter.CONSOLE);
        PrintStream progress = console == null ? session.getConsole() : console.error();
        try {
            Optional<PageSize> size = pageSize.isEmpty() ? Optional.empty() : Optional.of(PageSize.parse(pageSize));
            NodeWish strength = NodeWish.parse(wish);
            List<Scheme> chosen = chosen(wanted);
            Reservation reservation = memblock.reserve(machine, "");
            HostShare share = HostShare.of(reservation,
                    host.isEmpty() ? OptionalLong.empty() : OptionalLong.of(MemorySize.parse("--host", host)));
            GuestList list = GuestList.parse(guests, session.currentDir(), reservation.topology().online());
            Path picture = svg.isEmpty() ? null : writable(session.currentDir().resolve(svg));
            Map<String, Executed> executed = noCompare ? Map.of() : compare(chosen, progress);
            long start = System.nanoTime();
            PlanDocument document = plan(new Planner(pools, reservation, list, share, strength), list, share, chosen,
                    size, executed, progress, start, why);
            if (picture != null) {
                draw(picture, document);
            }
            new Answer(session, json).give(document);
            return document.schemes().stream().anyMatch(SchemePlan::allPlaced) ? null : new Interpreter.ExitCode(1);
        } catch (ErrnoException refused) {
            throw new UsageException(String.valueOf(refused.getMessage()), refused);
        }
    }

    private PlanDocument plan(Planner planner, GuestList list, HostShare share, List<Scheme> chosen,
            Optional<PageSize> size, Map<String, Executed> executed, PrintStream progress, long start, boolean why) {
        Map<String, String> meanings = comparison.operations().stream()
                .collect(Collectors.toMap(ComparedOperation::name, ComparedOperation::meaning));
        Optional<Executed> plain = Optional.ofNullable(executed.get(plain().description().name()));
        List<SchemePlan> plans = new ArrayList<>();
        List<String> leftOut = new ArrayList<>();
        for (Scheme scheme : chosen) {
            String name = scheme.description().name();
            if (System.nanoTime() - start > 1_000_000_000L) {
                progress.println("planning %s".formatted(name));
            }
            if (size.isPresent() && !scheme.description().pageSizes().contains(size.get())) {
                leftOut.add("%s has no pages of %s".formatted(name, size.get().label()));
                continue;
            }
            try {
                plans.add(planner.plan(scheme, size, Optional.ofNullable(executed.get(name)), meanings, plain));
            } catch (ErrnoException tooMuch) {
                leftOut.add(String.valueOf(tooMuch.getMessage()));
            }
        }
        return new PlanDocument(planner.describeMachine(), list.count(), list.bytes(), share.rule(),
                new TreeMap<>(share.byNode()), !executed.isEmpty(), plans, leftOut, Gain.of(schemes),
                (System.nanoTime() - start) / 1_000_000, why);
    }

    /** Memory of the newest kernel without any scheme: what the others are held against. */
    private Scheme plain() {
        return schemes.stream().filter(scheme -> scheme.description().scheme().equals(PLAIN))
                .reduce((_, newer) -> newer)
                .orElseThrow(
                        () -> new IllegalStateException("the scheme plain is not installed: nothing to compare with"));
    }

    private List<Scheme> chosen(String wanted) {
        if (wanted.isEmpty()) {
            return schemes;
        }
        List<String> words = Arrays.asList(wanted.split(",", -1));
        for (String word : words) {
            if (schemes.stream().noneMatch(scheme -> isMeant(scheme, word))) {
                throw new UsageException("%s is no scheme: there are %s".formatted(word.isEmpty() ? "nothing" : word,
                        schemes.stream().map(scheme -> scheme.description().name()).collect(Collectors.joining(", "))));
            }
        }
        return schemes.stream().filter(scheme -> words.stream().anyMatch(word -> isMeant(scheme, word))).toList();
    }

    private static boolean isMeant(Scheme scheme, String word) {
        return word.equals(scheme.description().name()) || word.equals(scheme.description().scheme());
    }

    /** Each scheme on a machine of its own, as compare does it. */
    private Map<String, Executed> compare(List<Scheme> chosen, PrintStream progress) {
        List<Scheme> all = new ArrayList<>(chosen);
        if (!all.contains(plain())) {
            all.add(plain());
        }
        List<Column> columns = all.stream().map(Scheme::description)
                .map(what -> new Column(what.name(), what.title(), comparison.machine(what.name()))).toList();
        Map<String, Executed> executed = new LinkedHashMap<>();
        new ComparedMachines(machines, progress).run(columns).forEach((name, run) -> executed.put(name,
                new Executed(run.answers().stream()
                        .collect(Collectors.toMap(ComparedAnswer::operation, ComparedAnswer::answer)))));
        return executed;
    }

    private static Path writable(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder) || Files.isDirectory(file)) {
            throw new UsageException("--svg %s cannot be written: accepted is a file in a folder that is there"
                    .formatted(file));
        }
        return file;
    }

    private static void draw(Path file, PlanDocument document) {
        try (OutputStream output = Files.newOutputStream(file)) {
            PlanPicture.draw(output, "%s; %,d guests, together %s".formatted(document.machine(), document.guests(),
                    MemorySize.format(document.guestBytes())), document.schemes());
        } catch (IOException | XMLStreamException unwritable) {
            throw new UsageException("--svg %s cannot be written: %s".formatted(file, unwritable.getMessage()),
                    unwritable);
        }
    }
}
